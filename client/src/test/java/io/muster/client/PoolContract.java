package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A row for each sentence of Python's documentation of {@code multiprocessing.Pool}. */
public abstract class PoolContract {
  private static final List<Integer> ONE_TO_THREE = List.of(1, 2, 3);

  /** Connected to what is tested; closed by who made it. */
  protected abstract Muster muster();

  private interface Check {
    void on(Pool pool) throws Exception;
  }

  private record Row(String python, Check check) {}

  /** What a task that never ends by itself does. */
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

  @TestFactory
  Stream<DynamicTest> everyRowOfPythonsPoolHolds() {
    return rows().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.python,
                    () -> {
                      Pool pool = muster().pool();
                      try {
                        row.check.on(pool);
                      } finally {
                        pool.terminate();
                      }
                    }));
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.addAll(single());
    rows.addAll(many());
    rows.addAll(lazy());
    rows.addAll(results());
    rows.addAll(ends());
    return rows;
  }

  private static List<Row> single() {
    return List.of(
        new Row(
            "apply blocks until the result is ready",
            pool -> assertThat(pool.apply(() -> 42)).isEqualTo(42)),
        new Row(
            "apply(func, args)",
            pool -> {
              Integer two = pool.apply(x -> x + 1, 1);
              assertThat(two).isEqualTo(2);
              String ab = pool.apply((a, b) -> a + b, "a", "b");
              assertThat(ab).isEqualTo("ab");
            }),
        new Row(
            "apply raises what func raised",
            pool ->
                assertThatThrownBy(() -> pool.apply(x -> failing(x), 2))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not 2")
                    .satisfies(
                        e ->
                            assertThat(e.getSuppressed()[0])
                                .isInstanceOfSatisfying(
                                    RemoteTaskException.class,
                                    told -> {
                                      assertThat(told.worker()).isNotEmpty();
                                      assertThat(told.tryNumber()).isEqualTo(1);
                                      assertThat(told.typeName())
                                          .isEqualTo(IllegalArgumentException.class.getName());
                                    }))),
        new Row(
            "a function that returns nothing",
            pool ->
                pool.apply(
                    () -> {
                      failing(1);
                    })),
        new Row(
            "apply_async returns an AsyncResult",
            pool -> assertThat(pool.applyAsync(() -> "x").get()).isEqualTo("x")),
        new Row(
            "apply_async: callback is called with the result",
            pool -> {
              BlockingQueue<Object> called = new LinkedBlockingQueue<>();
              pool.applyAsync(() -> 7, called::add, called::add);
              assertThat(called.take()).isEqualTo(7);
            }),
        new Row(
            "apply_async: error_callback is called with the exception",
            pool -> {
              BlockingQueue<Object> called = new LinkedBlockingQueue<>();
              pool.applyAsync(() -> failing(2), called::add, called::add);
              assertThat(called.take()).isInstanceOf(IllegalArgumentException.class);
            }),
        new Row(
            "a result of None",
            pool -> {
              Object none = pool.apply(x -> x, (Object) null);
              assertThat(none).isNull();
            }),
        new Row(
            "an argument that can't be pickled is told with its class",
            pool ->
                assertThatThrownBy(() -> pool.apply(x -> 1, new Object[] {new Thread()}))
                    .isInstanceOf(NotSerializableTaskException.class)
                    .hasMessageContaining("java.lang.Thread")),
        new Row(
            "a result that can't be pickled fails its call alone",
            pool -> {
              AsyncResult<Object> bad = pool.applyAsync(() -> new Thread());
              assertThat(pool.apply(() -> 1)).isEqualTo(1);
              assertThatThrownBy(bad::get)
                  .isInstanceOf(ExecutionException.class)
                  .cause()
                  .isInstanceOfSatisfying(
                      RemoteTaskException.class,
                      e -> assertThat(e.kind()).isEqualTo(RemoteTaskException.Kind.ENCODE))
                  .hasMessageContaining("java.lang.Thread");
            }));
  }

  private static List<Row> many() {
    return List.of(
        new Row(
            "map keeps the order",
            pool -> assertThat(pool.map(x -> x * x, ONE_TO_THREE)).containsExactly(1, 4, 9)),
        new Row("map of nothing", pool -> assertThat(pool.map(x -> x, List.of())).isEmpty()),
        new Row(
            "map with a chunksize",
            pool ->
                assertThat(pool.map(x -> -x, IntStream.range(0, 100).boxed().toList(), 7))
                    .hasSize(100)
                    .endsWith(-99)),
        new Row(
            "map of many",
            pool ->
                assertThat(pool.map(x -> x + 1, IntStream.range(0, 10_000).boxed().toList()))
                    .isEqualTo(IntStream.rangeClosed(1, 10_000).boxed().toList())),
        new Row(
            "map raises what a call raised",
            pool ->
                assertThatThrownBy(() -> pool.map(x -> failing(x), ONE_TO_THREE))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class)),
        new Row(
            "map with None among arguments and results",
            pool ->
                assertThat(pool.map(x -> x, Arrays.asList(1, null, 3)))
                    .containsExactly(1, null, 3)),
        new Row(
            "map_async: callback gets the list",
            pool -> {
              BlockingQueue<Object> called = new LinkedBlockingQueue<>();
              pool.mapAsync(x -> x + 1, ONE_TO_THREE, 0, called::add, called::add);
              assertThat(called.take()).isEqualTo(List.of(2, 3, 4));
            }),
        new Row(
            "map_async: error_callback gets the exception",
            pool -> {
              BlockingQueue<Object> called = new LinkedBlockingQueue<>();
              pool.mapAsync(x -> failing(x), ONE_TO_THREE, 0, called::add, called::add);
              assertThat(called.take()).isInstanceOf(IllegalArgumentException.class);
            }),
        new Row(
            "starmap unpacks pairs",
            pool ->
                assertThat(pool.starmap((a, b) -> a * b, List.of(Map.entry(2, 3), Map.entry(4, 5))))
                    .containsExactly(6, 20)),
        new Row(
            "starmap unpacks three",
            pool ->
                assertThat(
                        pool.<Integer, String, Integer, String>starmap(
                            (a, b, c) -> a + b + c, List.of(List.of(1, "-", 2))))
                    .containsExactly("1-2")),
        new Row(
            "starmap_async",
            pool ->
                assertThat(pool.starmapAsync((a, b) -> a + b, List.of(Map.entry(1, 2))).get())
                    .containsExactly(3)));
  }

  private static List<Row> lazy() {
    return List.of(
        new Row(
            "imap gives results in order",
            pool -> {
              List<Integer> got = new ArrayList<>();
              pool.imap(x -> x * 2, ONE_TO_THREE).forEachRemaining(got::add);
              assertThat(got).containsExactly(2, 4, 6);
            }),
        new Row(
            "imap over an endless source keeps few in flight",
            pool -> {
              List<Integer> read = new ArrayList<>();
              Iterable<Integer> endless =
                  () -> Stream.iterate(0, x -> x + 1).peek(read::add).iterator();
              try (ResultIterator<Integer> squares = pool.imap(x -> x * x, endless)) {
                for (int i = 0; i < 5_000; i++) {
                  assertThat(squares.next()).isEqualTo(i * i);
                }
              }
              assertThat(read.size()).isLessThan(5_000 + 2_000);
            }),
        new Row(
            "imap: next raises what its call raised, the others come",
            pool -> {
              ResultIterator<Integer> results = pool.imap(x -> failing(x), ONE_TO_THREE);
              assertThat(results.next()).isEqualTo(1);
              assertThatThrownBy(results::next)
                  .isInstanceOf(CompletionException.class)
                  .hasCauseInstanceOf(IllegalArgumentException.class);
              assertThat(results.next()).isEqualTo(3);
              assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
            }),
        new Row(
            "imap: an input that can't be pickled fails its call alone",
            pool -> {
              ResultIterator<Object> results =
                  pool.<Object, Object>imap(x -> x, List.of(1, new Thread(), 3));
              assertThat(results.next()).isEqualTo(1);
              assertThatThrownBy(results::next)
                  .isInstanceOf(CompletionException.class)
                  .hasCauseInstanceOf(NotSerializableTaskException.class)
                  .hasMessageContaining("java.lang.Thread");
              assertThat(results.next()).isEqualTo(3);
              assertThat(results.hasNext()).isFalse();
            }),
        new Row(
            "imap: next(timeout)",
            pool -> {
              ResultIterator<Integer> results =
                  pool.imap(x -> x == 0 ? sleepLong() : x, List.of(0));
              assertThatThrownBy(() -> results.next(Duration.ofMillis(1)))
                  .isInstanceOf(TimeoutException.class);
            }),
        new Row(
            "imap goes on after close",
            pool -> {
              ResultIterator<Integer> results =
                  pool.imap(x -> x, IntStream.range(0, 3_000).boxed().toList());
              pool.close();
              List<Integer> got = new ArrayList<>();
              results.forEachRemaining(got::add);
              assertThat(got).hasSize(3_000);
              pool.join();
            }),
        new Row(
            "imap_unordered gives all",
            pool -> {
              List<Integer> got = new ArrayList<>();
              for (int each :
                  pool.imapUnordered(x -> x, IntStream.range(0, 3_000).boxed().toList())) {
                got.add(each);
              }
              assertThat(got).hasSize(3_000);
              assertThat(new HashSet<>(got)).hasSize(3_000);
            }),
        new Row(
            "imap_unordered does not wait for the slow",
            pool -> {
              ResultIterator<Integer> results =
                  pool.imapUnordered(x -> x == 0 ? sleepLong() : x, List.of(0, 1));
              assertThat(results.next()).isEqualTo(1);
              results.close();
            }));
  }

  private static List<Row> results() {
    return List.of(
        new Row(
            "get(timeout) raises TimeoutError",
            pool ->
                assertThatThrownBy(
                        () -> pool.applyAsync(() -> sleepLong()).get(Duration.ofMillis(1)))
                    .isInstanceOf(TimeoutException.class)),
        new Row(
            "wait(timeout)",
            pool -> {
              assertThat(pool.applyAsync(() -> sleepLong()).await(Duration.ofMillis(1))).isFalse();
              assertThat(pool.applyAsync(() -> 1).await(Duration.ofMinutes(5))).isTrue();
            }),
        new Row(
            "ready",
            pool -> {
              assertThat(pool.applyAsync(() -> sleepLong()).ready()).isFalse();
              AsyncResult<Integer> result = pool.applyAsync(() -> 1);
              result.get();
              assertThat(result.ready()).isTrue();
            }),
        new Row(
            "successful raises if not ready",
            pool ->
                assertThatThrownBy(() -> pool.applyAsync(() -> sleepLong()).successful())
                    .isInstanceOf(IllegalStateException.class)),
        new Row(
            "successful",
            pool -> {
              AsyncResult<Integer> good = pool.applyAsync(() -> 1);
              AsyncResult<Integer> bad = pool.applyAsync(() -> failing(2));
              good.await(Duration.ofMinutes(5));
              bad.await(Duration.ofMinutes(5));
              assertThat(good.successful()).isTrue();
              assertThat(bad.successful()).isFalse();
            }),
        new Row(
            "(ours) cancel",
            pool -> {
              AsyncResult<Integer> result = pool.applyAsync(() -> sleepLong());
              assertThat(result.cancel(true)).isTrue();
              assertThat(result.isCancelled()).isTrue();
              assertThatThrownBy(result::get).isInstanceOf(CancellationException.class);
              pool.shutdown();
              assertThat(pool.join(Duration.ofMinutes(5))).isTrue();
            }),
        new Row(
            "(ours) a large result of a pool that is closed before it is there",
            pool -> {
              AsyncResult<byte[]> result = pool.applyAsync(() -> new byte[500_000]);
              pool.shutdown();
              assertThat(result.get()).hasSize(500_000);
              assertThat(pool.join(Duration.ofMinutes(5))).isTrue();
            }),
        new Row(
            "(ours) cancel of a map",
            pool -> {
              AsyncResult<List<Integer>> result = pool.mapAsync(x -> sleepLong(), ONE_TO_THREE);
              assertThat(result.cancel(true)).isTrue();
              assertThatThrownBy(result::get).isInstanceOf(CancellationException.class);
              pool.shutdown();
              assertThat(pool.join(Duration.ofMinutes(5))).isTrue();
            }));
  }

  private static List<Row> ends() {
    return List.of(
        new Row(
            "close prevents more tasks",
            pool -> {
              pool.close();
              assertThatThrownBy(() -> pool.apply(() -> 1))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("closed");
              assertThatThrownBy(() -> pool.map(x -> x, ONE_TO_THREE))
                  .isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(() -> pool.imap(x -> x, ONE_TO_THREE))
                  .isInstanceOf(IllegalStateException.class);
            }),
        new Row(
            "join waits for all, and for callbacks",
            pool -> {
              List<Integer> got = new ArrayList<>();
              for (int i = 0; i < 100; i++) {
                int x = i;
                pool.applyAsync(() -> x, got::add);
              }
              pool.close();
              pool.join();
              assertThat(got).hasSize(100);
            }),
        new Row(
            "join before close is an error",
            pool -> assertThatThrownBy(pool::join).isInstanceOf(IllegalStateException.class)),
        new Row(
            "terminate stops at once",
            pool -> {
              AsyncResult<Integer> result = pool.applyAsync(() -> sleepLong());
              pool.terminate();
              assertThatThrownBy(() -> result.get(5, TimeUnit.MINUTES))
                  .isInstanceOf(CancellationException.class);
              pool.join();
              assertThatThrownBy(() -> pool.apply(() -> 1)).hasMessageContaining("terminated");
            }));
  }
}
