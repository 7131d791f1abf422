package io.muster.coordinator.wire;

import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Desk.JobTasks;
import io.muster.coordinator.state.IntervalSet;
import io.muster.coordinator.store.ResultStream;
import io.muster.coordinator.store.Store;
import io.muster.protocol.JobId;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.ResultsPiece;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The results of a job in index order. Following, it reads what is there without a gap, then waits
 * for more; what will never come is passed over once the job has ended.
 */
final class Results implements Source<ResultsPiece> {
  private static final int PIECE_BYTES = 256 * 1024;

  private final Desk desk;
  private final Store store;
  private final JobId job;
  private final boolean follow;
  private final boolean tasks;
  private final News news;
  private CompletableFuture<JobTasks> asked;
  private @Nullable JobTasks known;
  private @Nullable ResultStream stream;
  private long from;
  private long until;
  private boolean oneResultGiven;

  Results(
      Desk desk, Store store, JobId job, boolean follow, boolean tasks, long from, Duration pause) {
    this.desk = desk;
    this.store = store;
    this.job = job;
    this.follow = follow;
    this.tasks = tasks;
    this.from = from;
    news = new News(desk, job, pause);
    asked = ask();
  }

  private CompletableFuture<JobTasks> ask() {
    news.looking();
    return desk.tasks(job).thenApply(Kept::checked).toCompletableFuture();
  }

  @Override
  public Step<ResultsPiece> next() throws IOException {
    while (true) {
      if (stream != null) {
        ResultStream.Page page = stream.next(PIECE_BYTES);
        if (page != null) {
          return new Item<>(piece(page.indices(), page.values()));
        }
        closeStream();
        from = until;
      }
      if (known != null) {
        if (!follow || known.view().state().isEnd()) {
          return new End<>();
        }
        known = null;
        asked = news.next().toCompletableFuture().thenCompose(changed -> ask());
      }
      if (!asked.isDone()) {
        return new Later<>(asked);
      }
      known = asked.join();
      if (known.view().reduces() && !tasks) {
        Step<ResultsPiece> result = oneResult(known);
        if (result != null) {
          return result;
        }
      } else {
        open(known);
      }
    }
  }

  private @Nullable Step<ResultsPiece> oneResult(JobTasks now) throws IOException {
    Values value = now.view().hasResult() && !oneResultGiven ? store.result(job) : null;
    if (value == null) {
      return null;
    }
    oneResultGiven = true;
    return new Item<>(piece(new long[] {0}, value));
  }

  /** Following an unended job, only up to the first task that has not succeeded nor failed. */
  private void open(JobTasks now) throws IOException {
    IntervalSet succeeded = now.succeeded();
    until = now.view().state().isEnd() || !follow ? Long.MAX_VALUE : settled(now);
    if (until > from) {
      stream = store.results(job, from, until, succeeded::contains);
    }
  }

  private long settled(JobTasks now) {
    if (now.view().spec().program() instanceof Program.Java java
        && java.shape() == Program.Shape.COMBINING_RANGE) {
      // Pieces reach over tasks in whatever way they were cut; they are whole when the job ends.
      return from;
    }
    long at = from;
    while (true) {
      long next = now.failed().nextGap(now.succeeded().nextGap(at));
      if (next == at) {
        return at;
      }
      at = next;
    }
  }

  private static ResultsPiece piece(long[] indices, Values values) {
    return ResultsPiece.newBuilder()
        .addAllIndices(Arrays.stream(indices).boxed().toList())
        .setValues(ValuesWire.toProto(values))
        .build();
  }

  private void closeStream() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }

  @Override
  public void close() {
    closeStream();
    news.close();
  }
}
