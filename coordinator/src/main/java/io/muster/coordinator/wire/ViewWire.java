package io.muster.coordinator.wire;

import com.google.protobuf.ByteString;
import io.muster.coordinator.state.JobError;
import io.muster.coordinator.state.JobState;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.state.WorkerView;
import io.muster.coordinator.store.FailureStream.TaskFailure;
import io.muster.protocol.JobSpec;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.Values;
import io.muster.protocol.wire.FailureWire;
import io.muster.protocol.wire.PairsWire;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.FailureView;
import io.muster.protocol.wire.v1.LogPiece;
import io.muster.protocol.wire.v1.StageView;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What clients are shown, as messages. */
final class ViewWire {
  private ViewWire() {}

  /**
   * @param result the job's one result, if it has one
   */
  static io.muster.protocol.wire.v1.JobView toProto(JobView view, @Nullable Values result) {
    io.muster.protocol.wire.v1.JobView.Builder job =
        io.muster.protocol.wire.v1.JobView.newBuilder()
            .setJob(view.id().value())
            .setName(view.spec().name())
            .setKind(view.kind().name().toLowerCase(Locale.ROOT))
            .setState(toProto(view.state()))
            .setWaiting(view.waiting())
            .setRunning(view.running())
            .setSucceeded(view.succeeded())
            .setFailed(view.failed())
            .setCancelled(view.cancelled())
            .setSubmitted(view.submitted())
            .setUser(view.spec().user())
            .setReduces(view.reduces());
    if (view.total() != null) {
      job.setTotal(view.total());
    }
    if (view.started() != null) {
      job.setStarted(view.started());
    }
    if (view.finished() != null) {
      job.setFinished(view.finished());
    }
    if (result != null) {
      job.setResult(ValuesWire.toProto(result));
    }
    JobError error = view.error();
    if (error != null) {
      job.setError(toProto(error));
    }
    view.stages().forEach(stage -> job.addStages(stage(stage)));
    JobSpec.PartOf partOf = view.spec().partOf();
    if (partOf != null) {
      job.setParent(partOf.pipeline().value());
    }
    return job.build();
  }

  private static StageView stage(JobView view) {
    StageView.Builder stage =
        StageView.newBuilder()
            .setJob(view.id().value())
            .setName(view.spec().name())
            .setKind(view.kind().name().toLowerCase(Locale.ROOT))
            .setState(toProto(view.state()))
            .setWaiting(view.waiting())
            .setRunning(view.running())
            .setSucceeded(view.succeeded())
            .setFailed(view.failed())
            .setCancelled(view.cancelled())
            .setHeld(view.held());
    if (view.total() != null) {
      stage.setTotal(view.total());
    }
    JobError error = view.error();
    if (error != null) {
      stage.setError(toProto(error));
    }
    return stage.build();
  }

  static io.muster.protocol.wire.v1.JobError toProto(JobError error) {
    return io.muster.protocol.wire.v1.JobError.newBuilder()
        .setPhase(error.phase().name().toLowerCase(Locale.ROOT))
        .setFailure(FailureWire.toProto(error.failure()))
        .build();
  }

  private static io.muster.protocol.wire.v1.JobState toProto(JobState state) {
    return switch (state) {
      case WAITING -> io.muster.protocol.wire.v1.JobState.JOB_STATE_WAITING;
      case RUNNING -> io.muster.protocol.wire.v1.JobState.JOB_STATE_RUNNING;
      case OPEN -> io.muster.protocol.wire.v1.JobState.JOB_STATE_OPEN;
      case SUCCEEDED -> io.muster.protocol.wire.v1.JobState.JOB_STATE_SUCCEEDED;
      case FAILED -> io.muster.protocol.wire.v1.JobState.JOB_STATE_FAILED;
      case CANCELLED -> io.muster.protocol.wire.v1.JobState.JOB_STATE_CANCELLED;
    };
  }

  static io.muster.protocol.wire.v1.WorkerView toProto(WorkerView worker) {
    return io.muster.protocol.wire.v1.WorkerView.newBuilder()
        .setId(worker.id().value())
        .setAddress(worker.address())
        .setSlots(worker.slots())
        .setBusy(worker.busy())
        .setIoRunning(worker.ioRunning())
        .setState(worker.state().name().toLowerCase(Locale.ROOT))
        .addAllLabels(PairsWire.toProto(worker.labels()))
        .setVersion(worker.version())
        .build();
  }

  static FailureView toProto(TaskFailure failure) {
    return FailureView.newBuilder()
        .setTask(failure.index())
        .setTry(failure.tryNumber())
        .setWorker(failure.worker().value())
        .setFailure(FailureWire.toProto(failure.failure()))
        .build();
  }

  static LogPiece toProto(Logged logged) {
    return LogPiece.newBuilder()
        .setTask(logged.index())
        .setTry(logged.tryNumber())
        .setStderr(logged.stream() == LogStream.STDERR)
        .setBytes(ByteString.copyFrom(logged.bytes()))
        .build();
  }
}
