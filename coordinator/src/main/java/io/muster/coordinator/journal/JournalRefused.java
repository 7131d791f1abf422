package io.muster.coordinator.journal;

/** The journal can't be used; the message is the one line that the user is told. */
public final class JournalRefused extends Exception {
  public JournalRefused(String line) {
    super(line);
  }

  public JournalRefused(String line, Throwable cause) {
    super(line, cause);
  }
}
