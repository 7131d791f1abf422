package io.muster.coordinator.wire;

import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.store.Store;
import io.muster.protocol.JobId;
import io.muster.protocol.wire.v1.JobView;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A job as it is now and whenever it changed, until it has ended. */
final class JobViews implements Source<JobView> {
  private final Desk desk;
  private final Store store;
  private final JobId job;
  private final News news;
  private CompletableFuture<io.muster.coordinator.state.JobView> asked;
  private boolean shown;
  private boolean ended;

  JobViews(Desk desk, Store store, JobId job, Duration interval) {
    this.desk = desk;
    this.store = store;
    this.job = job;
    news = new News(desk, job, interval);
    asked = ask();
  }

  private CompletableFuture<io.muster.coordinator.state.JobView> ask() {
    news.looking();
    shown = false;
    return desk.job(job).toCompletableFuture();
  }

  @Override
  public Step<JobView> next() throws IOException {
    if (ended) {
      return new End<>();
    }
    if (shown) {
      asked = news.next().toCompletableFuture().thenCompose(changed -> ask());
    }
    if (!asked.isDone()) {
      return new Later<>(asked);
    }
    io.muster.coordinator.state.JobView view = asked.join();
    shown = true;
    ended = view.state().isEnd();
    return new Item<>(
        ViewWire.toProto(view, view.hasResult() ? store.result(view.resultOf()) : null));
  }

  @Override
  public void close() {
    news.close();
  }
}
