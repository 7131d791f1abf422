package io.muster.coordinator.cli;

/** How a command ends, for scripts. */
enum ExitCode {
  DONE(0),
  JOB_DID_NOT_SUCCEED(1),
  WRONG_USAGE(2),
  NO_COORDINATOR(3),
  NOT_FOUND(4),
  REFUSED(5),
  OUT_OF_TIME(124),
  INTERRUPTED(130);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
