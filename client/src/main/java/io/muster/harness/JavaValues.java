package io.muster.harness;

import io.muster.calls.ObjectReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.jspecify.annotations.Nullable;

/** Values in Java serialization, with classes from a loader of the caller's choice. */
final class JavaValues implements ValueReader, ValueWriter {
  private final ClassLoader loader;
  private final @Nullable ObjectInputFilter filter;

  /**
   * @param filter what may be read; null in a task process, which runs the user's code anyway
   */
  JavaValues(ClassLoader loader, @Nullable ObjectInputFilter filter) {
    this.loader = loader;
    this.filter = filter;
  }

  @Override
  public @Nullable Object read(byte[] bytes, int offset, int length)
      throws UncodableValueException {
    try (ObjectInputStream in =
        new ObjectReader(new ByteArrayInputStream(bytes, offset, length), loader)) {
      if (filter != null) {
        in.setObjectInputFilter(filter);
      }
      return in.readObject();
    } catch (IOException | ClassNotFoundException | RuntimeException | StackOverflowError e) {
      throw UncodableValueException.uncodable("a serialized object can't be read: " + e, e);
    }
  }

  @Override
  public void write(@Nullable Object value, EncodedValue out)
      throws UncodableValueException, IOException {
    try {
      ObjectOutputStream stream = new ObjectOutputStream(out);
      stream.writeObject(value);
      stream.flush();
    } catch (NotSerializableException e) {
      throw UncodableValueException.uncodable(
          "the result can't be serialized: class %s is not java.io.Serializable"
              .formatted(e.getMessage()),
          e);
    } catch (StackOverflowError | RuntimeException e) {
      throw UncodableValueException.uncodable("the result can't be serialized: " + e, e);
    }
  }
}
