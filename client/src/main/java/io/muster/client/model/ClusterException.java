package io.muster.client.model;

/** A cluster did not do what was asked; the message is one line for the one who asked. */
public abstract sealed class ClusterException extends RuntimeException {
  private ClusterException(String message) {
    super(message);
  }

  /** No address has an active coordinator, or it went away. */
  public static final class NotReached extends ClusterException {
    /** With the line for the one who asked. */
    public NotReached(String message) {
      super(message);
    }
  }

  /** No such job, worker or blob. */
  public static final class NotFound extends ClusterException {
    /** With the line for the one who asked. */
    public NotFound(String message) {
      super(message);
    }
  }

  /** A value that can't be meant. */
  public static final class BadValue extends ClusterException {
    /** With the line for the one who asked. */
    public BadValue(String message) {
      super(message);
    }
  }

  /** Refused in this state, by a limit, or because the coordinator failed at it. */
  public static final class Refused extends ClusterException {
    /** With the line for the one who asked. */
    public Refused(String message) {
      super(message);
    }
  }
}
