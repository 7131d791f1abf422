package io.muster.calls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes bytes of functions and their arguments. Any thread. */
public final class CallEncoder {
  private static final byte[] WHOLE = {0};

  /** A call without arguments of a serializable {@code Callable} or {@code Runnable}. */
  public EncodedCall call(Object function) throws NotSerializableCallException {
    return new EncodedCall(WHOLE, serialized(function));
  }

  /** The head for calls of one function with arguments. */
  public byte[] function(Object function) throws NotSerializableCallException {
    return serialized(function);
  }

  /** The arguments of one call. */
  public byte[] arguments(@Nullable Object... arguments) throws NotSerializableCallException {
    return serialized(arguments);
  }

  private static byte[] serialized(Object value) throws NotSerializableCallException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (NotSerializableException e) {
      throw new NotSerializableCallException(e.getMessage() + " is not Serializable", e);
    } catch (IOException e) {
      throw new NotSerializableCallException(String.valueOf(e.getMessage()), e);
    }
    return bytes.toByteArray();
  }
}
