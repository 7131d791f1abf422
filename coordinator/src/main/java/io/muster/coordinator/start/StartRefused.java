package io.muster.coordinator.start;

/** A coordinator can't start; the message is the one line that the user is told (exit code 5). */
public final class StartRefused extends Exception {
  public StartRefused(String line) {
    super(line);
  }

  public StartRefused(String line, Throwable cause) {
    super(line, cause);
  }
}
