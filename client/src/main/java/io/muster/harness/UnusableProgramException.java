package io.muster.harness;

/** A program can't be run as it is; the message is one line for the user that says why. */
public final class UnusableProgramException extends Exception {
  private static final long serialVersionUID = 1;

  UnusableProgramException(String message) {
    super(message);
  }

  UnusableProgramException(String message, Throwable cause) {
    super(message, cause);
  }
}
