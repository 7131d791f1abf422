package io.muster.harness;

import io.muster.protocol.FailureKind;
import io.muster.protocol.Outcomes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An input that can't be read, or a result that can't be written or kept, or is too large. */
final class UncodableValueException extends Exception {
  private static final long serialVersionUID = 1;

  private final FailureKind kind;

  private UncodableValueException(FailureKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static UncodableValueException uncodable(String message, @Nullable Throwable cause) {
    return new UncodableValueException(FailureKind.ENCODE, message, cause);
  }

  static UncodableValueException tooLarge(long size, long limit) {
    String message =
        "the result has %,d bytes; the limit is %,d (--result-limit, or valueLimit in a pool)";
    return new UncodableValueException(
        FailureKind.LIMIT, String.format(Locale.ROOT, message, size, limit), null);
  }

  static UncodableValueException tooMany() {
    return new UncodableValueException(FailureKind.LIMIT, Outcomes.TOO_MANY_OUTPUTS, null);
  }

  static UncodableValueException notFlat(String type) {
    return new UncodableValueException(
        FailureKind.ENCODE,
        "gave "
            + type
            + ", but its stage flattens: it must give a Collection, an Iterable, an array, a Stream"
            + " or an Optional",
        null);
  }

  /** Nothing that the task did: on another worker, or later, there may be room. */
  static UncodableValueException unkept(long size, Path folder, IOException why) {
    String message = "the worker cannot keep its result of %,d bytes in %s: %s";
    return new UncodableValueException(
        FailureKind.LOST, String.format(Locale.ROOT, message, size, folder, why.getMessage()), why);
  }

  FailureKind kind() {
    return kind;
  }
}
