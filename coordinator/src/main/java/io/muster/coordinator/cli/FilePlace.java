package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonLocation;
import org.jspecify.annotations.Nullable;

/** Where something stands in a job file, for people. */
record FilePlace(String file, int line, int column) {
  static FilePlace of(String file, @Nullable JsonLocation at) {
    return at == null
        ? new FilePlace(file, 1, 1)
        : new FilePlace(file, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
  }

  /** What is wrong here. */
  Refused wrong(String what) {
    return wrong(ExitCode.WRONG_USAGE, what);
  }

  Refused wrong(ExitCode code, String what) {
    return new Refused(code, file + ": line " + line + ", column " + column + ": " + what);
  }
}
