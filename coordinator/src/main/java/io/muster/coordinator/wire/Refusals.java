package io.muster.coordinator.wire;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.state.Refusal;
import io.muster.protocol.wire.UnknownMessageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a call failed, as a gRPC status with one line. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  static StatusRuntimeException status(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof StatusRuntimeException status) {
      return status;
    }
    return status(cause, kind(cause)).asRuntimeException();
  }

  private static Status status(Throwable cause, Status kind) {
    if (kind.getCode() == Status.Code.INTERNAL) {
      LOG.error("a call failed", cause);
      return kind.withDescription(OneLine.of("the coordinator failed: " + cause));
    }
    String message = cause.getMessage();
    return message == null ? kind : kind.withDescription(OneLine.of(message));
  }

  private static Status kind(Throwable cause) {
    if (cause instanceof Refusal refusal) {
      return refused(refusal);
    }
    if (cause instanceof NotActive) {
      return Status.UNAVAILABLE;
    }
    if (cause instanceof NoSuchFileException) {
      return Status.NOT_FOUND;
    }
    if (cause instanceof Blobs.WrongContent
        || cause instanceof UnknownMessageException
        || cause instanceof IllegalArgumentException) {
      return Status.INVALID_ARGUMENT;
    }
    // A full disk, most likely: nothing is broken, and the line says what the system said.
    return cause instanceof IOException ? Status.RESOURCE_EXHAUSTED : Status.INTERNAL;
  }

  private static Status refused(Refusal refusal) {
    if (refusal instanceof Refusal.NoSuchJob || refusal instanceof Refusal.NoSuchWorker) {
      return Status.NOT_FOUND;
    }
    return refusal instanceof Refusal.BadValue
        ? Status.INVALID_ARGUMENT
        : Status.FAILED_PRECONDITION;
  }
}
