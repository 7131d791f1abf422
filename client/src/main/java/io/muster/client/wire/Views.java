package io.muster.client.wire;

import io.muster.client.model.Failure;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.model.LogPiece;
import io.muster.client.model.TaskFailure;
import io.muster.client.model.TaskResult;
import io.muster.client.model.TokenStatus;
import io.muster.client.model.Value;
import io.muster.client.model.WorkerStatus;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Values;
import io.muster.protocol.wire.FailureWire;
import io.muster.protocol.wire.PairsWire;
import io.muster.protocol.wire.UnknownMessageException;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.FailureView;
import io.muster.protocol.wire.v1.JobError;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.ResultsPiece;
import io.muster.protocol.wire.v1.StageView;
import io.muster.protocol.wire.v1.TokenView;
import io.muster.protocol.wire.v1.WorkerView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the API answers, as plain values. */
final class Views {
  private Views() {}

  static JobStatus job(JobView view) {
    return new JobStatus(
        view.getJob(),
        view.getName(),
        view.getKind(),
        state(view.getState()),
        view.hasTotal() ? Long.valueOf(view.getTotal()) : null,
        view.getWaiting(),
        view.getRunning(),
        view.getSucceeded(),
        view.getFailed(),
        view.getCancelled(),
        Instant.ofEpochMilli(view.getSubmitted()),
        view.hasStarted() ? Instant.ofEpochMilli(view.getStarted()) : null,
        view.hasFinished() ? Instant.ofEpochMilli(view.getFinished()) : null,
        view.hasResult() ? first(ValuesWire.fromProto(view.getResult())) : null,
        view.hasError() ? error(view.getError()) : null,
        view.getUser(),
        view.getReduces(),
        view.getStagesList().stream().map(Views::stage).toList(),
        view.hasParent() ? Long.valueOf(view.getParent()) : null);
  }

  private static JobStatus.Stage stage(StageView view) {
    return new JobStatus.Stage(
        view.getJob(),
        view.getName(),
        view.getKind(),
        state(view.getState()),
        view.hasTotal() ? Long.valueOf(view.getTotal()) : null,
        view.getWaiting(),
        view.getRunning(),
        view.getSucceeded(),
        view.getFailed(),
        view.getCancelled(),
        view.hasError() ? error(view.getError()) : null,
        view.getHeld());
  }

  private static JobStatus.Error error(JobError error) {
    return new JobStatus.Error(error.getPhase(), failure(error.getFailure()));
  }

  private static JobState state(io.muster.protocol.wire.v1.JobState state) {
    return switch (state) {
      case JOB_STATE_WAITING -> JobState.WAITING;
      case JOB_STATE_RUNNING -> JobState.RUNNING;
      case JOB_STATE_OPEN -> JobState.OPEN;
      case JOB_STATE_SUCCEEDED -> JobState.SUCCEEDED;
      case JOB_STATE_FAILED -> JobState.FAILED;
      case JOB_STATE_CANCELLED -> JobState.CANCELLED;
      case JOB_STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw new UnknownMessageException("a job in an unknown state");
    };
  }

  private static @Nullable Value first(Values values) {
    List<Value> all = values(values);
    return all.isEmpty() ? null : all.get(0);
  }

  static List<TaskResult> results(ResultsPiece piece) {
    List<Value> values = values(ValuesWire.fromProto(piece.getValues()));
    if (values.size() != piece.getIndicesCount()) {
      throw new UnknownMessageException(
          values.size() + " results for " + piece.getIndicesCount() + " tasks");
    }
    List<TaskResult> results = new ArrayList<>(values.size());
    for (int i = 0; i < values.size(); i++) {
      results.add(new TaskResult(piece.getIndices(i), values.get(i)));
    }
    return results;
  }

  private static List<Value> values(Values packed) {
    Map<Integer, Value.Blob> blobs = new HashMap<>();
    packed.blobs().forEach(blob -> blobs.put(blob.position(), blob(blob.blob())));
    Value.Encoding encoding = Value.Encoding.valueOf(packed.encoding().name());
    List<Value> values = new ArrayList<>(packed.count());
    int at = 0;
    for (int i = 0; i < packed.count(); i++) {
      int end = at + packed.lengths()[i];
      byte[] bytes = Arrays.copyOfRange(packed.bytes(), at, end);
      values.add(new Value(encoding, bytes, blobs.get(i)));
      at = end;
    }
    return values;
  }

  private static Value.Blob blob(BlobRef blob) {
    return new Value.Blob(blob.id().sha256(), blob.size());
  }

  static TaskFailure failure(FailureView view) {
    return new TaskFailure(
        view.getTask(),
        view.getTry(),
        view.getWorker(),
        failure(view.getFailure()),
        view.getStage().isEmpty()
            ? null
            : new TaskFailure.Stage(view.getStage(), view.getStageJob(), view.getStageTask()));
  }

  private static Failure failure(io.muster.protocol.wire.v1.Failure message) {
    io.muster.protocol.Failure failure = FailureWire.fromProto(message);
    return new Failure(
        Failure.Kind.valueOf(failure.kind().name()),
        failure.type(),
        failure.message(),
        failure.stackTrace(),
        failure.exitCode(),
        failure.signal(),
        failure.stderr());
  }

  static LogPiece log(io.muster.protocol.wire.v1.LogPiece piece) {
    return new LogPiece(
        piece.getTask(), piece.getTry(), piece.getStderr(), piece.getBytes().toByteArray());
  }

  static TokenStatus token(TokenView view) {
    return new TokenStatus(
        view.getName(),
        view.getRole(),
        Instant.ofEpochMilli(view.getCreated()),
        view.hasExpires() ? Instant.ofEpochMilli(view.getExpires()) : null,
        view.getCreatedBy());
  }

  static WorkerStatus worker(WorkerView view) {
    return new WorkerStatus(
        view.getId(),
        view.getAddress(),
        view.getSlots(),
        view.getBusy(),
        view.getIoRunning(),
        view.getState(),
        PairsWire.fromProto(view.getLabelsList()),
        view.getVersion());
  }
}
