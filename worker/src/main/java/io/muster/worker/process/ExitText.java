package io.muster.worker.process;

import org.jspecify.annotations.Nullable;

/**
 * How a process ended, from the code that Java gives: 128 + the signal's number when a signal ended
 * it, which shells say alike.
 *
 * @param code as given
 */
record ExitText(int code) {
  private static final int SIGNALS = 128;
  private static final int LAST_PLAIN_SIGNAL = 31;
  private static final String[] NAMES = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  @Nullable Integer signal() {
    return code > SIGNALS && code <= SIGNALS + LAST_PLAIN_SIGNAL ? code - SIGNALS : null;
  }

  @Nullable Integer exitCode() {
    return signal() == null ? code : null;
  }

  @Override
  public String toString() {
    Integer signal = signal();
    return signal == null
        ? "ended with exit code " + code
        : "was ended by signal " + signal + " (SIG" + NAMES[signal] + ")";
  }
}
