package io.muster.client;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.Value;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ClientValues;
import io.muster.protocol.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputFilter;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of results. Any thread.
 *
 * @param loader knows the classes of what was serialized
 * @param filter what of it may be read; null: what the JVM's own allows
 */
record JobValues(CoordinatorApi api, ClassLoader loader, @Nullable ObjectInputFilter filter) {
  /**
   * @param of what it is the result of, for the message
   * @throws UnreadableResultException if it is no {@code type}
   */
  <T> @Nullable T read(Value value, Class<T> type, String of) {
    Encoding encoding = Encoding.valueOf(value.encoding().name());
    try {
      Object object = ClientValues.read(encoding, bytes(value), type, loader, filter);
      return type.cast(object);
    } catch (ClassCastException | IllegalArgumentException e) {
      throw new UnreadableResultException("the result of " + of + ": " + e.getMessage(), e);
    }
  }

  private byte[] bytes(Value value) {
    if (value.blob() == null) {
      return value.bytes();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(Math.toIntExact(value.blob().size()));
    try (AnswerStream<byte[]> pieces = api.content(value.blob())) {
      pieces.forEachRemaining(all::writeBytes);
    }
    return all.toByteArray();
  }
}
