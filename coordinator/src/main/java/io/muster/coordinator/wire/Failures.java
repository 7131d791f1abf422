package io.muster.coordinator.wire;

import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Desk.JobTasks;
import io.muster.coordinator.store.FailureStream;
import io.muster.coordinator.store.Store;
import io.muster.protocol.JobId;
import io.muster.protocol.wire.v1.FailureView;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The tasks of a job that failed for good, in index order. */
final class Failures implements Source<FailureView> {
  private final Store store;
  private final JobId job;
  private final CompletableFuture<JobTasks> asked;
  private @Nullable FailureStream stream;

  Failures(Desk desk, Store store, JobId job) {
    this.store = store;
    this.job = job;
    asked = desk.tasks(job).thenApply(Kept::checked).toCompletableFuture();
  }

  @Override
  public Step<FailureView> next() throws IOException {
    if (stream == null) {
      if (!asked.isDone()) {
        return new Later<>(asked);
      }
      stream = store.failures(job, asked.join().failed()::contains);
    }
    FailureStream.TaskFailure failure = stream.next();
    return failure == null ? new End<>() : new Item<>(ViewWire.toProto(failure));
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
  }
}
