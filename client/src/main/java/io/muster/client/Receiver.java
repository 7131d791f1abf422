package io.muster.client;

import io.muster.calls.CallValues;
import io.muster.calls.UnreadableValueException;
import io.muster.client.session.CallFailure;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import java.io.ObjectInputFilter;
import org.jspecify.annotations.Nullable;

/** Makes objects of what comes back. Any thread. */
final class Receiver {
  private final CallValues values;
  private final ThrownExceptions exceptions;

  /** Runs callbacks, one after the other. */
  final Callbacks callbacks;

  Receiver(ClassLoader loader, ObjectInputFilter filter, Callbacks callbacks) {
    values = new CallValues(loader, filter);
    exceptions = new ThrownExceptions(loader, filter, values);
    this.callbacks = callbacks;
  }

  @Nullable Object value(byte[] bytes, int offset, int length) throws UnreadableValueException {
    return values.read(bytes, offset, length);
  }

  Throwable exception(CallFailure why) {
    return exceptions.of(why);
  }

  /** A result was there, and can't be made an object in this program. */
  static Throwable unreadable(UnreadableValueException e) {
    Failure failure =
        Failure.of(
            FailureKind.ENCODE, "the result can't be read in this program: " + e.getMessage());
    return new RemoteTaskException(new CallFailure(-1, 1, "", failure), e);
  }
}
