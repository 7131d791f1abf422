package io.muster.worker.io;

import io.muster.harness.IoProgram.Encoded;
import io.muster.protocol.Failure;
import java.util.Optional;

/** How a task ended. */
sealed interface Ending {
  record Succeeded(Encoded value) implements Ending {}

  record Failed(Failure why) implements Ending {}

  default Optional<Failure> failure() {
    return this instanceof Failed failed ? Optional.of(failed.why()) : Optional.empty();
  }
}
