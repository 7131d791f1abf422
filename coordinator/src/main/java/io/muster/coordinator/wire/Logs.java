package io.muster.coordinator.wire;

import io.grpc.Status;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.store.LogStream;
import io.muster.coordinator.store.Store;
import io.muster.protocol.JobId;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.wire.v1.LogPiece;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a job's tasks printed; following, until the job has ended. */
final class Logs implements Source<LogPiece> {
  private final Desk desk;
  private final Store store;
  private final JobId job;
  private final boolean follow;
  private final OptionalLong task;
  private final News news;
  private CompletableFuture<JobView> asked;
  private boolean looked;
  private boolean last;
  private @Nullable LogStream stream;

  Logs(Desk desk, Store store, JobId job, boolean follow, OptionalLong task, Duration pause) {
    this.desk = desk;
    this.store = store;
    this.job = job;
    this.follow = follow;
    this.task = task;
    news = new News(desk, job, pause);
    asked = ask();
  }

  private CompletableFuture<JobView> ask() {
    news.looking();
    looked = false;
    return desk.job(job).thenApply(Kept::checked).toCompletableFuture();
  }

  @Override
  public Step<LogPiece> next() throws IOException {
    while (true) {
      if (!looked) {
        if (!asked.isDone()) {
          return new Later<>(asked);
        }
        JobView view = asked.join();
        refusePipeline(view);
        last = !follow || view.state().isEnd();
        looked = true;
      }
      if (stream == null) {
        stream = store.logs(job, task);
      }
      Logged logged = stream.next();
      if (logged != null) {
        return new Item<>(ViewWire.toProto(logged));
      }
      if (last) {
        return new End<>();
      }
      asked = news.next().toCompletableFuture().thenCompose(changed -> ask());
      looked = false;
    }
  }

  private static void refusePipeline(JobView view) {
    if (!view.stages().isEmpty()) {
      String stages =
          view.stages().stream()
              .map(stage -> stage.id() + " ('" + stage.spec().name() + "')")
              .collect(Collectors.joining(", "));
      throw Status.FAILED_PRECONDITION
          .withDescription(
              "job " + view.id() + " is a pipeline: ask for the logs of its stages: " + stages)
          .asRuntimeException();
    }
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
    news.close();
  }
}
