package io.muster.harness;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
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
        new Resolving(new ByteArrayInputStream(bytes, offset, length), loader)) {
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

  /** Finds the user's classes, which this class's own loader doesn't see. */
  private static final class Resolving extends ObjectInputStream {
    private final ClassLoader loader;

    Resolving(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(described.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(described); // primitive types have no loader
      }
    }

    @Override
    protected Class<?> resolveProxyClass(String[] names)
        throws IOException, ClassNotFoundException {
      Class<?>[] interfaces = new Class<?>[names.length];
      for (int i = 0; i < names.length; i++) {
        interfaces[i] = Class.forName(names[i], false, loader);
      }
      return Proxy.newProxyInstance(loader, interfaces, (proxy, method, arguments) -> null)
          .getClass();
    }
  }
}
