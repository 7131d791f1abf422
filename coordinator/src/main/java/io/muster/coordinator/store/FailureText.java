package io.muster.coordinator.store;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** How failures are put into bytes, and which are alike. */
final class FailureText {
  private static final FailureKind[] KINDS = FailureKind.values();

  private FailureText() {}

  static void put(Bytes out, Failure failure) {
    out.putByte(failure.kind().ordinal());
    out.putString(failure.type());
    out.putString(failure.message());
    out.putString(failure.stackTrace());
    putNumber(out, failure.exitCode());
    putNumber(out, failure.signal());
    out.putString(failure.stderr());
  }

  private static void putNumber(Bytes out, @Nullable Integer number) {
    out.putVar(number == null ? 0 : (number & 0xffff_ffffL) + 1);
  }

  static Failure read(BytesIn in) {
    return new Failure(
        KINDS[in.getByte()],
        in.getString(),
        in.getString(),
        in.getString(),
        readNumber(in),
        readNumber(in),
        in.getString());
  }

  private static @Nullable Integer readNumber(BytesIn in) {
    long number = in.getVar();
    return number == 0 ? null : (int) (number - 1);
  }

  /**
   * The same for failures of the same kind, class, exit code, signal and stack, whatever their
   * messages say. A stack trace has the messages of the exception and of its causes in it, so only
   * its frames and the causes' classes are looked at.
   */
  static long cause(Failure failure) {
    StringBuilder text = new StringBuilder();
    text.append(failure.kind()).append('\n').append(failure.type()).append('\n');
    text.append(failure.exitCode()).append('\n').append(failure.signal()).append('\n');
    failure.stackTrace().lines().forEach(line -> appendFrame(text, line));
    return hash(text.toString());
  }

  private static void appendFrame(StringBuilder text, String line) {
    String inner = line.strip();
    if (inner.startsWith("at ") || inner.startsWith("... ")) {
      text.append(inner).append('\n');
    } else if (inner.startsWith("Caused by: ") || inner.startsWith("Suppressed: ")) {
      int message = inner.indexOf(": ", "Suppressed: ".length());
      text.append(message < 0 ? inner : inner.substring(0, message)).append('\n');
    }
  }

  private static long hash(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new BytesIn(sha, 0).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
