package io.muster.worker.io;

import io.muster.harness.IoProgram.Encoded;
import io.muster.protocol.Failure;

/** How a task ended. */
sealed interface Ending {
  record Succeeded(Encoded value) implements Ending {}

  record Failed(Failure failure) implements Ending {}
}
