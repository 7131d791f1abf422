package io.muster.worker.process;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;

/** A command cannot be started at all; trying again would not help. */
final class CommandRefused extends Exception {
  CommandRefused(String message) {
    super(message);
  }

  Failure failure() {
    String message = getMessage();
    return Failure.of(FailureKind.REJECTED, message == null ? "" : message);
  }
}
