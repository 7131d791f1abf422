package io.muster.protocol;

import java.util.Arrays;
import java.util.Objects;
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
 * @param thrown of a call: the exception itself, Java-serialized; empty when it can't be
 * @param retryAfterMillis how long the task asks to be left alone before its next try; 0: it does
 *     not ask
 */
public record Failure(
    FailureKind kind,
    String type,
    String message,
    String stackTrace,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    String stderr,
    byte[] thrown,
    long retryAfterMillis) {
  private static final byte[] NOTHING = {};

  /** Without the exception itself. */
  public Failure(
      FailureKind kind,
      String type,
      String message,
      String stackTrace,
      @Nullable Integer exitCode,
      @Nullable Integer signal,
      String stderr) {
    this(kind, type, message, stackTrace, exitCode, signal, stderr, NOTHING);
  }

  /** Of a task that does not say when it wants its next try. */
  public Failure(
      FailureKind kind,
      String type,
      String message,
      String stackTrace,
      @Nullable Integer exitCode,
      @Nullable Integer signal,
      String stderr,
      byte[] thrown) {
    this(kind, type, message, stackTrace, exitCode, signal, stderr, thrown, 0);
  }

  /** The same of a task that asks to be left alone for so long. */
  public Failure retryAfter(long millis) {
    return new Failure(
        kind, type, message, stackTrace, exitCode, signal, stderr, thrown, Math.max(0, millis));
  }

  public static Failure of(FailureKind kind, String message) {
    return new Failure(kind, "", message, "", null, null, "");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Failure that
        && kind == that.kind
        && type.equals(that.type)
        && message.equals(that.message)
        && stackTrace.equals(that.stackTrace)
        && Objects.equals(exitCode, that.exitCode)
        && Objects.equals(signal, that.signal)
        && stderr.equals(that.stderr)
        && Arrays.equals(thrown, that.thrown)
        && retryAfterMillis == that.retryAfterMillis;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, type, message, stackTrace);
  }

  /** The message behind the exception's class name, as {@link Throwable#toString()} has it. */
  public String headline() {
    if (type.isEmpty() || message.startsWith(type)) {
      return message;
    }
    return message.isEmpty() ? type : type + ": " + message;
  }
}
