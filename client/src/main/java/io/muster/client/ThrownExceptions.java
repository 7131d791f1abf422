package io.muster.client;

import io.muster.calls.CallValues;
import io.muster.calls.UnreadableValueException;
import io.muster.client.session.CallFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import org.jspecify.annotations.Nullable;

/** Makes of a task's failure what its caller gets as a cause. Any thread. */
final class ThrownExceptions {
  private final ClassLoader loader;
  private final ObjectInputFilter filter;
  private final CallValues values;

  ThrownExceptions(ClassLoader loader, ObjectInputFilter filter, CallValues values) {
    this.loader = loader;
    this.filter = filter;
    this.values = values;
  }

  /** The task's own exception, if it can be had here; else all that is known as text. */
  Throwable of(CallFailure why) {
    RemoteTaskException told = new RemoteTaskException(why);
    byte[] bytes = why.failure().thrown();
    if (bytes.length == 0 || !(own(bytes) instanceof Throwable own)) {
      return told;
    }
    own.addSuppressed(told);
    return own;
  }

  private @Nullable Object own(byte[] bytes) {
    try {
      return isSerialized(bytes) ? deserialized(bytes) : values.read(bytes, 0, bytes.length);
    } catch (UnreadableValueException
        | IOException
        | ClassNotFoundException
        | RuntimeException
        | LinkageError
        | StackOverflowError e) {
      return null; // no such class here, or another version of it: the text says it all
    }
  }

  private static boolean isSerialized(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == (byte) 0xAC && bytes[1] == (byte) 0xED;
  }

  private Object deserialized(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new Resolving(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(filter);
      return in.readObject();
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
