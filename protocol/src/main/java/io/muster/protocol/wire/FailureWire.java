package io.muster.protocol.wire;

import com.google.protobuf.UnsafeByteOperations;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;

/** {@link Failure} as a message. */
public final class FailureWire {
  private FailureWire() {}

  public static io.muster.protocol.wire.v1.Failure toProto(Failure failure) {
    var message =
        io.muster.protocol.wire.v1.Failure.newBuilder()
            .setKind(toProto(failure.kind()))
            .setType(failure.type())
            .setMessage(failure.message())
            .setStackTrace(failure.stackTrace())
            .setStderr(failure.stderr())
            .setThrown(UnsafeByteOperations.unsafeWrap(failure.thrown()))
            .setRetryAfterMillis(failure.retryAfterMillis());
    if (failure.exitCode() != null) {
      message.setExitCode(failure.exitCode());
    }
    if (failure.signal() != null) {
      message.setSignal(failure.signal());
    }
    return message.build();
  }

  public static Failure fromProto(io.muster.protocol.wire.v1.Failure message) {
    return new Failure(
        fromProto(message.getKind()),
        message.getType(),
        message.getMessage(),
        message.getStackTrace(),
        message.hasExitCode() ? Integer.valueOf(message.getExitCode()) : null,
        message.hasSignal() ? Integer.valueOf(message.getSignal()) : null,
        message.getStderr(),
        message.getThrown().toByteArray(),
        message.getRetryAfterMillis());
  }

  public static io.muster.protocol.wire.v1.FailureKind toProto(FailureKind kind) {
    return switch (kind) {
      case EXCEPTION -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_EXCEPTION;
      case EXIT -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_EXIT;
      case CRASH -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_CRASH;
      case TIMEOUT -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_TIMEOUT;
      case MEMORY -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_MEMORY;
      case ENCODE -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_ENCODE;
      case LIMIT -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_LIMIT;
      case LOST -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_LOST;
      case REJECTED -> io.muster.protocol.wire.v1.FailureKind.FAILURE_KIND_REJECTED;
    };
  }

  public static FailureKind fromProto(io.muster.protocol.wire.v1.FailureKind kind) {
    return switch (kind) {
      case FAILURE_KIND_EXCEPTION -> FailureKind.EXCEPTION;
      case FAILURE_KIND_EXIT -> FailureKind.EXIT;
      case FAILURE_KIND_CRASH -> FailureKind.CRASH;
      case FAILURE_KIND_TIMEOUT -> FailureKind.TIMEOUT;
      case FAILURE_KIND_MEMORY -> FailureKind.MEMORY;
      case FAILURE_KIND_ENCODE -> FailureKind.ENCODE;
      case FAILURE_KIND_LIMIT -> FailureKind.LIMIT;
      case FAILURE_KIND_LOST -> FailureKind.LOST;
      case FAILURE_KIND_REJECTED -> FailureKind.REJECTED;
      case FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new UnknownMessageException("a failure of an unknown kind");
    };
  }
}
