package io.muster.harness;

import io.muster.api.RetryLaterException;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what a user is told about what user code threw. */
final class Failures {
  private static final int LONGEST_MESSAGE = 8 * 1024;
  private static final int MOST_CAUSES = 50;
  private static final long MOST_SECONDS = 1_000_000_000;

  private Failures() {}

  /** What two failures have in common that may share an entry: kind, classes and stacks. */
  record Cause(FailureKind kind, List<Object> classesAndFrames) {
    static Cause of(FailureKind kind, Throwable thrown) {
      List<Object> parts = new ArrayList<>();
      Throwable each = thrown;
      for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
        parts.add(each.getClass());
        parts.add(Arrays.asList(StackTraces.framesOf(each)));
        each = StackTraces.causeOf(each);
      }
      return new Cause(kind, parts);
    }
  }

  /** Also with the exception itself, if the user's code threw it and it can be serialized. */
  static Failure withException(Throwable thrown) {
    Failure failure = of(thrown);
    return failure.kind() != FailureKind.EXCEPTION
        ? failure
        : new Failure(
            failure.kind(),
            failure.type(),
            failure.message(),
            failure.stackTrace(),
            null,
            null,
            "",
            ThrownValue.of(thrown),
            failure.retryAfterMillis());
  }

  static Failure of(Throwable thrown) {
    FailureKind kind = kindOf(thrown);
    if (kind != FailureKind.EXCEPTION && kind != FailureKind.MEMORY) {
      return Failure.of(kind, shortened(message(thrown)));
    }
    Failure failure =
        new Failure(
            kind,
            thrown.getClass().getName(),
            shortened(message(thrown)),
            StackTraces.of(thrown),
            null,
            null,
            "");
    return thrown instanceof RetryLaterException later
        ? failure.retryAfter(millis(later.after()))
        : failure;
  }

  /** What a static initialiser threw is in the causes only: it belongs into the line. */
  private static String message(Throwable thrown) {
    String own = StackTraces.messageOf(thrown);
    Throwable cause = StackTraces.causeOf(thrown);
    if (cause == null
        || !(thrown instanceof ExceptionInInitializerError
            || cause instanceof ExceptionInInitializerError)) {
      return own;
    }
    String why =
        cause instanceof ExceptionInInitializerError
            ? StackTraces.messageOf(cause)
            : StackTraces.headline(cause);
    return own.isEmpty() ? why : own + ": " + why;
  }

  /** Some pauses have more milliseconds than a number can count. */
  private static long millis(Duration pause) {
    return pause.getSeconds() > MOST_SECONDS ? MOST_SECONDS * 1000 : pause.toMillis();
  }

  static FailureKind kindOf(Throwable thrown) {
    if (thrown instanceof UncodableValueException value) {
      return value.kind();
    }
    return outOfMemory(thrown) == null ? FailureKind.EXCEPTION : FailureKind.MEMORY;
  }

  /** Finds the lack of memory that is behind it, also where another thread's came wrapped. */
  static @Nullable OutOfMemoryError outOfMemory(Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < MOST_CAUSES; depth++) {
      if (each instanceof OutOfMemoryError error) {
        return error;
      }
      each = StackTraces.causeOf(each);
    }
    return null;
  }

  /** After a lack of memory nothing in this process can be relied on any more. */
  static void rethrowIfOutOfMemory(Throwable thrown) {
    OutOfMemoryError error = outOfMemory(thrown);
    if (error != null) {
      throw error;
    }
  }

  static int weight(Failure failure) {
    return 50
        + failure.type().length()
        + failure.message().length()
        + failure.stackTrace().length()
        + failure.thrown().length;
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE)
            + "... (of "
            + message.length()
            + " characters in all)";
  }
}
