package io.muster.client;

import io.muster.api.RemoteBiFunction;
import io.muster.api.RemoteFunction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.concurrent.Callable;

/** Runs calls as a task process does; knows how {@link io.muster.calls.CallEncoder} writes them. */
final class FakeCalls {
  private FakeCalls() {}

  static byte[] run(byte[] head, byte[] input) throws Exception {
    Object read = deserialized(input);
    if (head.length == 1) {
      if (read instanceof Callable<?> callable) {
        return serialized(callable.call());
      }
      ((Runnable) read).run();
      return serialized(null);
    }
    Object[] arguments = (Object[]) read;
    return serialized(applied(deserialized(head), arguments));
  }

  @SuppressWarnings("unchecked")
  private static Object applied(Object function, Object[] arguments) throws Exception {
    if (function instanceof RemoteBiFunction<?, ?, ?> two) {
      return ((RemoteBiFunction<Object, Object, Object>) two).apply(arguments[0], arguments[1]);
    }
    return ((RemoteFunction<Object, Object>) function).apply(arguments[0]);
  }

  static void runSetup(byte[] setup) throws Exception {
    if (setup.length > 0) {
      ((Runnable) deserialized(setup)).run();
    }
  }

  static byte[] serialized(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static Object deserialized(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }
}
