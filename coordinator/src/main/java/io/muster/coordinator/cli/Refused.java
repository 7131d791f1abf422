package io.muster.coordinator.cli;

import io.muster.client.model.ClusterException;

/** A command can't do what was asked; the message is the one line that the user sees. */
final class Refused extends RuntimeException {
  private final ExitCode code;

  Refused(ExitCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** The same in the command line's words. */
  static Refused of(ClusterException refused) {
    String line = Text.oneLine(String.valueOf(refused.getMessage()));
    if (refused instanceof ClusterException.NotReached) {
      return new Refused(
          ExitCode.NO_COORDINATOR,
          line + "; 'muster start' starts one, --api names another address");
    }
    if (refused instanceof ClusterException.NotFound) {
      return new Refused(ExitCode.NOT_FOUND, line);
    }
    return refused instanceof ClusterException.BadValue
        ? new Refused(ExitCode.WRONG_USAGE, line)
        : new Refused(ExitCode.REFUSED, line);
  }

  ExitCode code() {
    return code;
  }
}
