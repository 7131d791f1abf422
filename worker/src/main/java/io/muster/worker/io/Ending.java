package io.muster.worker.io;

import io.muster.harness.IoProgram.Encoded;
import io.muster.protocol.Failure;
import io.muster.protocol.Values;
import java.util.Optional;

/** How a task ended. */
sealed interface Ending {
  record Succeeded(Encoded value) implements Ending {}

  /** A task of a stage that flattens succeeded with these values. */
  record Gave(Values outputs) implements Ending {}

  record Failed(Failure why) implements Ending {}

  default Optional<Failure> failure() {
    return this instanceof Failed failed ? Optional.of(failed.why()) : Optional.empty();
  }
}
