package io.muster.worker.state;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Program;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The code of a job's class: jobs that have it in common may follow each other in a process. */
record Code(List<BlobRef> jars, String className) {
  /** Null of a program that is no class. */
  static @Nullable Code of(Program program) {
    return program instanceof Program.Java java ? new Code(java.jars(), java.className()) : null;
  }
}
