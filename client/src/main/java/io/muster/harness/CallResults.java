package io.muster.harness;

import io.muster.calls.CallEncoder;
import io.muster.calls.NotSerializableCallException;
import org.jspecify.annotations.Nullable;

/** Writes results of calls. */
final class CallResults implements ValueWriter {
  private final CallEncoder encoder = new CallEncoder();

  @Override
  public void write(@Nullable Object value, EncodedValue out) throws UncodableValueException {
    try {
      encoder.value(value, out);
    } catch (NotSerializableCallException e) {
      throw UncodableValueException.uncodable(
          "the result can't be serialized: " + e.getMessage(), e);
    }
  }
}
