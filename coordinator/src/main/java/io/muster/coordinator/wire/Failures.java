package io.muster.coordinator.wire;

import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Desk.JobTasks;
import io.muster.coordinator.store.FailureStream;
import io.muster.coordinator.store.FailureStream.TaskFailure;
import io.muster.coordinator.store.Lines;
import io.muster.coordinator.store.Store;
import io.muster.protocol.JobId;
import io.muster.protocol.wire.v1.FailureView;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The tasks of a job that failed for good, in index order; of a pipeline, stage by stage. */
final class Failures implements Source<FailureView> {
  private final Store store;
  private final CompletableFuture<JobTasks> asked;
  private @Nullable Iterator<JobTasks> parts;
  private @Nullable JobTasks part;
  private @Nullable FailureStream stream;

  /** Of a stage whose pipeline was asked for. */
  private @Nullable Lines lines;

  Failures(Desk desk, Store store, JobId job) {
    this.store = store;
    asked = desk.tasks(job).thenApply(Kept::checked).toCompletableFuture();
  }

  @Override
  public Step<FailureView> next() throws IOException {
    if (!asked.isDone()) {
      return new Later<>(asked);
    }
    JobTasks job = asked.join();
    if (parts == null) {
      parts = (job.stages().isEmpty() ? List.of(job) : job.stages()).iterator();
    }
    while (true) {
      if (stream != null && part != null) {
        TaskFailure failure = stream.next();
        if (failure != null) {
          return new Item<>(view(part, failure));
        }
        close();
      }
      if (!parts.hasNext()) {
        return new End<>();
      }
      open(parts.next(), !job.stages().isEmpty());
    }
  }

  private void open(JobTasks next, boolean ofPipeline) throws IOException {
    part = next;
    if (!next.failed().isEmpty()) {
      lines = ofPipeline ? store.lines(next.backToLines()) : null;
      stream = store.failures(next.view().id(), next.failed()::contains);
    }
  }

  private FailureView view(JobTasks part, TaskFailure failure) {
    FailureView view = ViewWire.toProto(failure);
    return lines == null
        ? view
        : view.toBuilder()
            .setTask(lines.of(failure.index()))
            .setStage(part.view().spec().name())
            .setStageJob(part.view().id().value())
            .setStageTask(failure.index())
            .build();
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
