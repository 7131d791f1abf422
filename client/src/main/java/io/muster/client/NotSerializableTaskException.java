package io.muster.client;

/**
 * A function or an argument can't be sent to another process; the message names the class at fault
 * and the field or captured value that holds it. Nothing of the call was sent.
 */
public final class NotSerializableTaskException extends IllegalArgumentException {
  NotSerializableTaskException(String message, Throwable cause) {
    super(message, cause);
  }
}
