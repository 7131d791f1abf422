package io.muster.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a user is told about something that did not succeed.
 *
 * @param type the exception's class name, or empty
 * @param message one line where possible
 * @param stackTrace whole, with causes, or empty
 * @param exitCode of the command or the task process, if it exited
 * @param signal that ended it, if one did
 * @param stderr the last lines it wrote to standard error, or empty
 */
public record Failure(
    FailureKind kind,
    String type,
    String message,
    String stackTrace,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    String stderr) {

  public static Failure of(FailureKind kind, String message) {
    return new Failure(kind, "", message, "", null, null, "");
  }

  /** The message behind the exception's class name, as {@link Throwable#toString()} has it. */
  public String headline() {
    if (type.isEmpty() || message.startsWith(type)) {
      return message;
    }
    return message.isEmpty() ? type : type + ": " + message;
  }
}
