package io.muster.calls;

import org.jspecify.annotations.Nullable;

/**
 * A function, an argument or a result can't be serialized. The message is one line that names the
 * class at fault and the way to it, from the inside out: <i>java.lang.Thread (field 'worker' of
 * a.B, value 1 of 2 captured by the lambda in a.Main) is not Serializable</i>.
 */
public final class NotSerializableCallException extends Exception {
  private static final long serialVersionUID = 1;

  NotSerializableCallException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
