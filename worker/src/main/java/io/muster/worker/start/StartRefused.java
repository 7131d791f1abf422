package io.muster.worker.start;

/** A worker can't start or can't stay; the message is the one line that the user is told. */
public final class StartRefused extends Exception {
  public StartRefused(String line) {
    super(line);
  }

  public StartRefused(String line, Throwable cause) {
    super(line, cause);
  }
}
