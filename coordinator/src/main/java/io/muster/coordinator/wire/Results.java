package io.muster.coordinator.wire;

import io.grpc.Status;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Desk.JobTasks;
import io.muster.coordinator.state.IntervalSet;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.state.PassedOn;
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
      refuseTasksOfPipeline(known.view());
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
    Values value =
        now.view().hasResult() && !oneResultGiven ? store.result(now.view().resultOf()) : null;
    if (value == null) {
      return null;
    }
    oneResultGiven = true;
    return new Item<>(piece(new long[] {0}, value));
  }

  /** The tasks whose results a reduce takes are a stage's. */
  private void refuseTasksOfPipeline(JobView view) {
    if (tasks && view.reduces() && !view.stages().isEmpty()) {
      JobView last = view.stages().get(view.stages().size() - 1);
      throw Status.FAILED_PRECONDITION
          .withDescription(
              "job "
                  + job
                  + " is a pipeline: the results of its last tasks are those of its stage '"
                  + last.spec().name()
                  + "', job "
                  + last.id())
          .asRuntimeException();
    }
  }

  /** What a stage gave comes in the order of lines, which is known at the end. */
  private boolean openPassedOn(JobTasks now) throws IOException {
    PassedOn passed = now.passedOn();
    boolean toReduce = tasks && passed != null && passed.through().isEmpty();
    if (passed == null || toReduce) {
      return false;
    }
    if (now.view().state().isEnd() || !follow) {
      until = Long.MAX_VALUE;
      stream = store.passed(passed.holder(), passed.through(), passed.count(), from);
    }
    return true;
  }

  /** Following an unended job, only up to the first task that has not succeeded nor failed. */
  private void open(JobTasks now) throws IOException {
    if (openPassedOn(now)) {
      return;
    }
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
