package io.muster.harness;

import io.muster.protocol.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and results as a client has them: it writes what task processes read, and reads what they
 * wrote. Any thread.
 */
public final class ClientValues {
  private ClientValues() {}

  /**
   * An input as JSON; objects of users' classes are their fields.
   *
   * @param what it is, for the message of a refusal
   * @throws IllegalArgumentException if it can't be written; says where in it
   */
  public static byte[] json(String what, @Nullable Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      JsonInUse.get().write(what, value, bytes);
    } catch (UncodableValueException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * An input in Java serialization.
   *
   * @param what it is, for the message of a refusal
   * @throws IllegalArgumentException if it, or something in it, can't be serialized
   */
  public static byte[] java(String what, @Nullable Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(value);
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(
          what
              + " can't be serialized: class "
              + e.getMessage()
              + " is not java.io.Serializable; json(…) sends any object as its fields",
          e);
    } catch (InvalidClassException | RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException(what + " can't be serialized: " + e, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * A result.
   *
   * @param type what plain bytes and JSON are read into; of what was serialized it is up to the
   *     caller to look at it
   * @param loader knows the classes of what was serialized
   * @param filter what of it may be read; null: the JVM's own
   * @throws IllegalArgumentException if it can't be read as that; one line
   */
  public static @Nullable Object read(
      Encoding encoding,
      byte[] bytes,
      Type type,
      ClassLoader loader,
      @Nullable ObjectInputFilter filter) {
    ValueReader reader =
        switch (encoding) {
          case JSON -> new JsonReader(type);
          case BYTES -> new LineReader(type);
          case JAVA -> new JavaValues(loader, filter);
        };
    try {
      return reader.read(bytes, 0, bytes.length);
    } catch (UncodableValueException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
