package io.muster.harness;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;

/** The user's constructor, an initialiser or a set-up threw: no task of the program can begin. */
public final class UnmadeException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  UnmadeException(String message, Throwable thrown) {
    super(thrown);
    Failure why = Failures.of(thrown);
    failure =
        new Failure(FailureKind.REJECTED, why.type(), message, why.stackTrace(), null, null, "");
  }

  /** What the user is told. */
  public Failure failure() {
    return failure;
  }
}
