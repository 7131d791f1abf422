package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A row for each sentence of Python's documentation of {@code asyncio.gather}, {@code
 * as_completed}, {@code TaskGroup}, {@code timeout} and {@code Semaphore} that has a meaning here.
 * All tasks run in one process, so that statics can count them.
 */
public abstract class IoContract {
  private static final List<Integer> ONE_TO_THREE = List.of(1, 2, 3);

  /** Where tasks run: how many do now, and how many did at most. */
  private static final AtomicInteger RUNNING = new AtomicInteger();

  private static final AtomicInteger MOST = new AtomicInteger();

  /** Connected to what is tested; closed by who made it. */
  protected abstract Muster muster();

  private interface Check {
    void on(Io io) throws Exception;
  }

  private record Row(String python, IoOptions options, Check check) {
    Row(String python, Check check) {
      this(python, IoOptions.DEFAULT, check);
    }
  }

  private static Integer sleepLong() throws InterruptedException {
    Thread.sleep(3_600_000);
    return 0;
  }

  private static int failing(int x) {
    if (x == 2) {
      throw new IllegalArgumentException("not " + x);
    }
    return x;
  }

  private static CompletableFuture<Integer> later(int x) {
    return CompletableFuture.supplyAsync(
        () -> failing(x), CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));
  }

  /** Waits a moment; gives how many such tasks have run at once, at most. */
  private static int counted() throws InterruptedException {
    try {
      int now = RUNNING.incrementAndGet();
      Thread.sleep(20);
      return MOST.accumulateAndGet(now, Math::max);
    } finally {
      RUNNING.decrementAndGet();
    }
  }

  private static void forgetCounts() {
    MOST.set(0);
  }

  @TestFactory
  Stream<DynamicTest> everyRowOfAsyncioHolds() {
    return Stream.of(gather(), all(), completed(), async(), single(), scope(), limits())
        .flatMap(List::stream)
        .map(row -> DynamicTest.dynamicTest(row.python, () -> check(row)));
  }

  private void check(Row row) throws Exception {
    try (Io io = muster().io(row.options)) {
      row.check.on(io);
    }
  }

  private static List<Row> gather() {
    return List.of(
        new Row(
            "gather(task1(), task2())",
            io -> assertThat(io.gather(() -> "one", () -> "two")).containsExactly("one", "two")),
        new Row(
            "gather: the order of results is the order of awaitables",
            io ->
                assertThat(
                        io.gather(
                            List.of(30, 1, 10),
                            millis -> {
                              Thread.sleep(millis);
                              return millis;
                            }))
                    .containsExactly(30, 1, 10)),
        new Row("gather of nothing", io -> assertThat(io.gather(List.of(), x -> x)).isEmpty()),
        new Row(
            "gather of many",
            io ->
                assertThat(io.gather(IntStream.range(0, 10_000).boxed().toList(), x -> x + 1))
                    .isEqualTo(IntStream.rangeClosed(1, 10_000).boxed().toList())),
        new Row(
            "(ours) gather of results that do not fit into a message",
            io ->
                assertThat(io.gather(List.of(70_000, 1, 500_000, 70_001), n -> new byte[n]))
                    .extracting(bytes -> bytes.length)
                    .containsExactly(70_000, 1, 500_000, 70_001)),
        new Row(
            "gather with None among arguments and results",
            io ->
                assertThat(io.gather(Arrays.asList(1, null, 3), x -> x))
                    .containsExactly(1, null, 3)),
        new Row(
            "gather: the first exception is propagated at once, the rest is cancelled",
            io ->
                assertThatThrownBy(
                        () -> io.gather(List.of(0, 2), x -> x == 0 ? sleepLong() : failing(x)))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not 2")),
        new Row(
            "gather: calls of which one fails",
            io ->
                assertThatThrownBy(() -> io.gather(() -> sleepLong(), () -> failing(2)))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class)),
        new Row(
            "(ours) gather: what the source throws is thrown",
            io -> {
              Iterable<Integer> broken =
                  () -> IntStream.range(0, 9).map(x -> 6 / (3 - x)).boxed().iterator();
              assertThatThrownBy(() -> io.gather(broken, x -> x == 2 ? sleepLong() : x))
                  .isInstanceOf(ArithmeticException.class);
            }),
        new Row(
            "(ours) gather: an input that can't travel is told with its class",
            io ->
                assertThatThrownBy(() -> io.gather(List.of(new Thread()), x -> 1))
                    .isInstanceOf(NotSerializableTaskException.class)
                    .hasMessageContaining("java.lang.Thread")),
        new Row(
            "(ours) gather: an interrupted caller cancels all",
            io -> {
              Iterable<Integer> interrupting =
                  () -> {
                    Thread.currentThread().interrupt();
                    return ONE_TO_THREE.iterator();
                  };
              assertThatThrownBy(() -> io.gather(interrupting, x -> sleepLong()))
                  .isInstanceOf(InterruptedException.class);
            }));
  }

  private static List<Row> all() {
    return List.of(
        new Row(
            "gather(return_exceptions=True): exceptions are results",
            io -> {
              List<Outcome<Integer>> outcomes = io.gatherAll(ONE_TO_THREE, x -> failing(x));
              assertThat(outcomes)
                  .extracting(Outcome::succeeded)
                  .containsExactly(true, false, true);
              assertThat(outcomes.get(2).get()).isEqualTo(3);
              assertThat(outcomes.get(1).failure()).hasMessage("not 2");
              assertThatThrownBy(outcomes.get(1)::get)
                  .isInstanceOf(ExecutionException.class)
                  .hasCauseInstanceOf(IllegalArgumentException.class);
            }),
        new Row(
            "gather(return_exceptions=True) of calls",
            io ->
                assertThat(io.gatherAll(() -> failing(1), () -> failing(2)))
                    .extracting(Outcome::value)
                    .containsExactly(1, null)),
        new Row(
            "a result that can't travel fails its task alone",
            io -> {
              List<Outcome<Object>> outcomes =
                  io.gatherAll(List.of(1, 2), x -> x == 1 ? new Thread() : x);
              assertThat(outcomes.get(1).value()).isEqualTo(2);
              assertThat(outcomes.get(0).failure())
                  .isInstanceOfSatisfying(
                      RemoteTaskException.class,
                      e -> assertThat(e.kind()).isEqualTo(RemoteTaskException.Kind.ENCODE));
            }));
  }

  private static List<Row> completed() {
    return List.of(
        new Row(
            "as_completed gives all",
            io -> {
              List<Integer> got = new ArrayList<>();
              for (int each : io.asCompleted(IntStream.range(0, 3_000).boxed().toList(), x -> x)) {
                got.add(each);
              }
              assertThat(got).hasSize(3_000);
              assertThat(new HashSet<>(got)).hasSize(3_000);
            }),
        new Row(
            "as_completed: the next to finish comes next",
            io -> {
              try (ResultIterator<Integer> results =
                  io.asCompleted(List.of(0, 1), x -> x == 0 ? sleepLong() : x)) {
                assertThat(results.next()).isEqualTo(1);
              }
            }),
        new Row(
            "as_completed: what failed raises when its turn comes, the others come",
            io -> {
              int failed = 0;
              List<Integer> got = new ArrayList<>();
              ResultIterator<Integer> results = io.asCompleted(ONE_TO_THREE, x -> failing(x));
              while (results.hasNext()) {
                try {
                  got.add(results.next());
                } catch (CompletionException e) {
                  assertThat(e).hasCauseInstanceOf(IllegalArgumentException.class);
                  failed++;
                }
              }
              assertThat(got).containsExactlyInAnyOrder(1, 3);
              assertThat(failed).isEqualTo(1);
              assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
            }),
        new Row(
            "(ours) as_completed over an endless source reads a bounded number ahead",
            IoOptions.DEFAULT.atOnce(50),
            io -> {
              List<Integer> read = new ArrayList<>();
              Iterable<Integer> endless =
                  () -> Stream.iterate(0, x -> x + 1).peek(read::add).iterator();
              try (ResultIterator<Integer> results = io.asCompleted(endless, x -> x)) {
                for (int i = 0; i < 2_000; i++) {
                  assertThat(results.next()).isNotNegative();
                }
              }
              assertThat(read.size()).isLessThanOrEqualTo(2_000 + 101);
            }),
        new Row(
            "as_completed(timeout)",
            IoOptions.DEFAULT.within(Duration.ofMillis(1)),
            io -> {
              ResultIterator<Integer> results = io.asCompleted(List.of(0), x -> sleepLong());
              assertThatThrownBy(results::next)
                  .isInstanceOf(CompletionException.class)
                  .hasCauseInstanceOf(TimeoutException.class);
              assertThat(results.hasNext()).isFalse();
            }));
  }

  private static List<Row> async() {
    return List.of(
        new Row(
            "async def: the value of a stage is the result",
            io ->
                assertThat(io.gather(List.of(1, 3), Io.async(x -> later(x))))
                    .containsExactly(1, 3)),
        new Row(
            "async def: the exception of a stage is the failure",
            io ->
                assertThatThrownBy(() -> io.gather(ONE_TO_THREE, Io.async(x -> later(x))))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not 2")),
        new Row(
            "async def without arguments",
            io -> {
              assertThat(io.gather(Io.async(() -> later(1)), Io.async(() -> later(3))))
                  .containsExactly(1, 3);
              assertThat(io.submit(Io.async(() -> later(1))).get()).isEqualTo(1);
            }),
        new Row(
            "async def: a stage that never ends is cancelled with the rest",
            io ->
                assertThatThrownBy(
                        () ->
                            io.gather(
                                List.of(0, 2),
                                Io.async(x -> x == 0 ? new CompletableFuture<>() : later(x))))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class)));
  }

  private static List<Row> single() {
    return List.of(
        new Row(
            "create_task, await",
            io -> {
              AsyncResult<Integer> one = io.submit(() -> failing(1));
              AsyncResult<Integer> two = io.submit(() -> failing(2));
              assertThat(one.get()).isEqualTo(1);
              assertThatThrownBy(two::get)
                  .isInstanceOf(ExecutionException.class)
                  .hasCauseInstanceOf(IllegalArgumentException.class);
            }),
        new Row(
            "Thread.start, Thread.join of what returns nothing",
            io ->
                assertThat(
                        io.submit(
                                () -> {
                                  failing(1);
                                })
                            .get())
                    .isNull()),
        new Row(
            "Task.cancel",
            io -> {
              AsyncResult<Integer> task = io.submit(() -> sleepLong());
              assertThat(task.cancel(true)).isTrue();
              assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
            }),
        new Row(
            "wait_for(task, timeout)",
            io -> {
              AsyncResult<Integer> task = io.submit(() -> sleepLong());
              assertThatThrownBy(() -> task.get(Duration.ofMillis(1)))
                  .isInstanceOf(TimeoutException.class);
              task.cancel(true);
            }),
        new Row(
            "(ours) close waits for what was submitted, and no more is taken",
            io -> {
              AsyncResult<Integer> task = io.submit(() -> counted());
              io.close();
              assertThat(task.ready()).isTrue();
              assertThatThrownBy(() -> io.submit(() -> 1))
                  .isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(() -> io.gather(ONE_TO_THREE, x -> x))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("closed");
            }));
  }

  private static List<Row> scope() {
    return List.of(
        new Row(
            "TaskGroup: all are awaited at its end",
            io -> {
              AsyncResult<Integer> task;
              try (IoScope scope = io.scope()) {
                task = scope.submit(() -> counted());
                scope.submit(
                    () -> {
                      failing(1);
                    });
              }
              assertThat(task.ready()).isTrue();
            }),
        new Row(
            "TaskGroup: the first failure cancels the rest and is raised at the end",
            io -> {
              List<AsyncResult<Integer>> tasks = new ArrayList<>();
              assertThatThrownBy(
                      () -> {
                        try (IoScope scope = io.scope()) {
                          tasks.add(scope.submit(() -> sleepLong()));
                          tasks.add(scope.submit(() -> failing(2)));
                        }
                      })
                  .isInstanceOf(ExecutionException.class)
                  .hasCauseInstanceOf(IllegalArgumentException.class);
              assertThatThrownBy(tasks.get(0)::get).isInstanceOf(CancellationException.class);
            }),
        new Row(
            "TaskGroup: once one has failed no more are taken",
            io -> {
              IoScope scope = io.scope();
              AsyncResult<Integer> failed = scope.submit(() -> failing(2));
              assertThat(failed.await(Duration.ofMinutes(5))).isTrue();
              assertThatThrownBy(
                      () -> {
                        while (true) { // it is told a moment later
                          scope.submit(() -> 1);
                        }
                      })
                  .isInstanceOf(IllegalStateException.class)
                  .hasCauseInstanceOf(IllegalArgumentException.class);
              assertThatThrownBy(scope::close).isInstanceOf(ExecutionException.class);
            }),
        new Row(
            "TaskGroup: a task that is cancelled is no failure",
            io -> {
              try (IoScope scope = io.scope()) {
                scope.submit(() -> sleepLong()).cancel(true);
                AsyncResult<Integer> other = scope.submit(() -> 1);
                scope.join();
                assertThat(other.get()).isEqualTo(1);
              }
            }),
        new Row(
            "(ours) after join a scope takes no more",
            io -> {
              try (IoScope scope = io.scope()) {
                scope.join();
                assertThatThrownBy(() -> scope.submit(() -> 1))
                    .isInstanceOf(IllegalStateException.class);
              }
            }),
        new Row(
            "TaskGroup within timeout(): all is cancelled",
            IoOptions.DEFAULT.within(Duration.ofMillis(1)),
            io -> {
              IoScope scope = io.scope();
              AsyncResult<Integer> task = scope.submit(() -> sleepLong());
              assertThatThrownBy(scope::join)
                  .isInstanceOf(ExecutionException.class)
                  .hasCauseInstanceOf(TimeoutException.class);
              assertThat(task.isCancelled()).isTrue();
            }));
  }

  private static List<Row> limits() {
    return List.of(
        new Row(
            "timeout(): the whole takes no longer, the rest is cancelled",
            IoOptions.DEFAULT.within(Duration.ofMillis(1)),
            io ->
                assertThatThrownBy(() -> io.gather(ONE_TO_THREE, x -> sleepLong()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class)
                    .hasMessageContaining("0.001 s")),
        new Row(
            "Semaphore(n): never more than n at once",
            IoOptions.DEFAULT.atOnce(3),
            io -> {
              io.submit(() -> forgetCounts()).get();
              List<Integer> most = io.gather(range(60), x -> counted());
              assertThat(most).allMatch(n -> n <= 3).contains(3);
            }),
        new Row(
            "a Semaphore for each host: never more than n of one key at once",
            IoOptions.DEFAULT.limitPerKey(2, (Integer x) -> x % 2 == 0 ? "even" : null),
            io -> {
              io.submit(() -> forgetCounts()).get();
              List<Integer> most = io.gather(range(60), x -> x % 2 == 0 ? counted() : 0);
              assertThat(only(most, i -> i % 2 == 0)).allMatch(n -> n <= 2).contains(2);
            }));
  }

  private static List<Integer> range(int until) {
    return IntStream.range(0, until).boxed().toList();
  }

  private static List<Integer> only(List<Integer> values, IntPredicate indices) {
    return IntStream.range(0, values.size()).filter(indices).mapToObj(values::get).toList();
  }
}
