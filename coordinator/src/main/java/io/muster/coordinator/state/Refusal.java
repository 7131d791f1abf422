package io.muster.coordinator.state;

import io.muster.protocol.JobId;
import io.muster.protocol.WorkerId;

/** Something that was asked for can't be done; the message is one line for the one who asked. */
public abstract sealed class Refusal extends RuntimeException {
  private Refusal(String message) {
    super(message, null, false, false);
  }

  /** No job of this id, or none any more. */
  public static final class NoSuchJob extends Refusal {
    NoSuchJob(JobId job) {
      super("there is no job " + job);
    }
  }

  /** No worker of this id, or none any more. */
  public static final class NoSuchWorker extends Refusal {
    NoSuchWorker(WorkerId worker) {
      super("there is no worker " + worker);
    }
  }

  /** A value that can't be meant; the message names it. */
  public static final class BadValue extends Refusal {
    BadValue(String message) {
      super(message);
    }
  }

  /** Not in the state that this is in; the message says what to do first. */
  public static final class WrongState extends Refusal {
    WrongState(String message) {
      super(message);
    }
  }
}
