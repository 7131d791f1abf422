package io.muster.client;

import io.muster.calls.CallEncoder;
import io.muster.calls.EncodedCall;
import io.muster.calls.NotSerializableCallException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Makes bytes of what callers hand over, or says why that can't be. Any thread. */
final class Calls {
  private final CallEncoder encoder = new CallEncoder();

  EncodedCall call(Object function) {
    try {
      return encoder.call(function);
    } catch (NotSerializableCallException e) {
      throw new NotSerializableTaskException(line(e), e);
    }
  }

  byte[] function(Object function) {
    try {
      return encoder.function(function);
    } catch (NotSerializableCallException e) {
      throw new NotSerializableTaskException(line(e), e);
    }
  }

  byte[] arguments(@Nullable Object... arguments) {
    try {
      return encoder.arguments(arguments);
    } catch (NotSerializableCallException e) {
      throw new NotSerializableTaskException(line(e), e);
    }
  }

  /** Writes the argument of a call. */
  void argument(@Nullable Object argument, OutputStream out) {
    try {
      encoder.value(argument, out);
    } catch (NotSerializableCallException e) {
      throw new NotSerializableTaskException(line(e), e);
    }
  }

  /** Writes both arguments of a call. */
  void arguments(@Nullable Object first, @Nullable Object second, OutputStream out) {
    try {
      encoder.arguments(out, first, second);
    } catch (NotSerializableCallException e) {
      throw new NotSerializableTaskException(line(e), e);
    }
  }

  private static String line(NotSerializableCallException e) {
    return "it can't be sent to another process: " + e.getMessage();
  }
}
