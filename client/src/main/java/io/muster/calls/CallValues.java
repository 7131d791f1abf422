package io.muster.calls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import org.jspecify.annotations.Nullable;

/** Makes objects of results, with the classes of a loader and through a filter. Any thread. */
public final class CallValues {
  private final ClassLoader loader;
  private final ObjectInputFilter filter;

  public CallValues(ClassLoader loader, ObjectInputFilter filter) {
    this.loader = loader;
    this.filter = filter;
  }

  public @Nullable Object read(byte[] bytes, int offset, int length)
      throws UnreadableValueException {
    try (ObjectInputStream in = new Resolving(new ByteArrayInputStream(bytes, offset, length))) {
      in.setObjectInputFilter(filter);
      return in.readObject();
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      throw new UnreadableValueException(String.valueOf(e), e);
    }
  }

  private final class Resolving extends ObjectInputStream {
    Resolving(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(described.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(described);
      }
    }
  }
}
