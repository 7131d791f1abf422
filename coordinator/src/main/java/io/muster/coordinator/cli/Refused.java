package io.muster.coordinator.cli;

/** A command can't do what was asked; the message is the one line that the user sees. */
final class Refused extends RuntimeException {
  private final ExitCode code;

  Refused(ExitCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  ExitCode code() {
    return code;
  }
}
