package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.RemoteCallable;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A row for each clause of {@link ExecutorService}'s contract, and of what we add. */
public abstract class ExecutorContract {
  /** Connected to what is tested; closed by who made it. */
  protected abstract Muster muster();

  private interface Check {
    void on(MusterExecutor executor) throws Exception;
  }

  private record Row(String clause, Check check) {}

  private record Answer(int value) implements Callable<Integer>, Serializable {
    @Override
    public Integer call() {
      return value;
    }
  }

  private record Failing(String message) implements Callable<Integer>, Serializable {
    @Override
    public Integer call() {
      throw new IllegalArgumentException(message);
    }
  }

  private record Endless() implements Callable<Integer>, Runnable, Serializable {
    @Override
    public Integer call() throws InterruptedException {
      Thread.sleep(3_600_000);
      return 0;
    }

    @Override
    public void run() {
      try {
        call();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyClauseOfTheContractHolds() {
    return Stream.of(submitting(), many(), ending(), refusing())
        .flatMap(List::stream)
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.clause,
                    () -> {
                      MusterExecutor executor = muster().executor();
                      try {
                        row.check.on(executor);
                      } finally {
                        executor.shutdownNow();
                      }
                    }));
  }

  private static List<Row> submitting() {
    return List.of(
        new Row(
            "submit(RemoteCallable)",
            executor -> assertThat(executor.submit(() -> 42).get()).isEqualTo(42)),
        new Row(
            "submit(RemoteRunnable) gives null",
            executor ->
                assertThat(
                        executor
                            .submit(
                                () -> {
                                  new Answer(1).call();
                                })
                            .get())
                    .isNull()),
        new Row(
            "submit(RemoteRunnable, result)",
            executor -> assertThat(executor.submit(() -> {}, "done").get()).isEqualTo("done")),
        new Row(
            "submit(Serializable Callable) as a plain ExecutorService",
            executor -> {
              ExecutorService plain = executor;
              assertThat(plain.submit(new Answer(7)).get()).isEqualTo(7);
            }),
        new Row(
            "submit(Callable & Serializable lambda)",
            executor -> {
              ExecutorService plain = executor;
              assertThat(plain.submit((Callable<Integer> & Serializable) () -> 8).get())
                  .isEqualTo(8);
            }),
        new Row(
            "a task's exception is the cause",
            executor ->
                assertThatThrownBy(() -> executor.submit(new Failing("no")).get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no")),
        new Row(
            "a task's CancellationException is not a cancellation",
            executor -> {
              AsyncResult<Integer> result =
                  executor.submit(
                      (RemoteCallable<Integer>)
                          () -> {
                            throw new CancellationException("mine");
                          });
              assertThatThrownBy(result::get)
                  .isInstanceOf(ExecutionException.class)
                  .hasCauseInstanceOf(CancellationException.class);
              assertThat(result.isCancelled()).isFalse();
            }),
        new Row(
            "execute runs",
            executor -> {
              executor.execute(() -> {});
              executor.shutdown();
              assertThat(executor.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
            }),
        new Row(
            "get(timeout)",
            executor -> {
              AsyncResult<?> result = executor.submit((Runnable) new Endless());
              assertThatThrownBy(() -> result.get(1, TimeUnit.MILLISECONDS))
                  .isInstanceOf(TimeoutException.class);
            }),
        new Row(
            "cancel(true)",
            executor -> {
              AsyncResult<Integer> result = executor.submit((Callable<Integer>) new Endless());
              assertThat(result.cancel(true)).isTrue();
              assertThat(result.cancel(true)).isFalse();
              assertThat(result.isCancelled()).isTrue();
              assertThat(result.isDone()).isTrue();
              assertThatThrownBy(result::get).isInstanceOf(CancellationException.class);
              assertThat(executor.submit(new Answer(1)).get()).isEqualTo(1);
            }),
        new Row(
            "cancel of what is done does nothing",
            executor -> {
              AsyncResult<Integer> result = executor.submit(new Answer(1));
              result.get();
              assertThat(result.cancel(true)).isFalse();
              assertThat(result.get()).isEqualTo(1);
            }),
        new Row(
            "an interrupted caller of get is told, and the task goes on",
            executor -> {
              AsyncResult<Integer> result = executor.submit(() -> 5);
              Thread.currentThread().interrupt();
              assertThatThrownBy(result::get).isInstanceOf(InterruptedException.class);
              assertThat(result.get()).isEqualTo(5);
            }));
  }

  private static List<Row> many() {
    return List.of(
        new Row(
            "invokeAll gives all, done, in order",
            executor -> {
              List<Future<Integer>> results =
                  executor.invokeAll(List.of(new Answer(1), new Failing("x"), new Answer(3)));
              assertThat(results).allMatch(Future::isDone);
              assertThat(results.get(0).get()).isEqualTo(1);
              assertThatThrownBy(() -> results.get(1).get()).isInstanceOf(ExecutionException.class);
              assertThat(results.get(2).get()).isEqualTo(3);
            }),
        new Row(
            "invokeAll(timeout) cancels what is not done",
            executor -> {
              List<Future<Integer>> results =
                  executor.invokeAll(List.of(new Endless()), 1, TimeUnit.MILLISECONDS);
              assertThat(results).allMatch(Future::isCancelled);
            }),
        new Row(
            "invokeAll with a task that can't be sent takes none",
            executor -> {
              Object lock = new Object();
              assertThatThrownBy(
                      () ->
                          executor.invokeAll(
                              List.<Callable<Integer>>of(new Answer(1), lock::hashCode)))
                  .isInstanceOf(RejectedExecutionException.class);
            }),
        new Row(
            "invokeAny gives one that succeeded and cancels the rest",
            executor ->
                assertThat(
                        executor.invokeAny(List.of(new Failing("x"), new Answer(2), new Endless())))
                    .isEqualTo(2)),
        new Row(
            "invokeAny: none succeeded",
            executor ->
                assertThatThrownBy(
                        () -> executor.invokeAny(List.of(new Failing("x"), new Failing("x"))))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class)),
        new Row(
            "invokeAny(timeout)",
            executor ->
                assertThatThrownBy(
                        () -> executor.invokeAny(List.of(new Endless()), 1, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class)),
        new Row(
            "invokeAny of nothing",
            executor ->
                assertThatThrownBy(() -> executor.invokeAny(List.<Callable<Integer>>of()))
                    .isInstanceOf(IllegalArgumentException.class)));
  }

  private static List<Row> ending() {
    return List.of(
        new Row(
            "shutdown refuses more and finishes what was taken",
            executor -> {
              List<Future<Integer>> results = new ArrayList<>();
              for (int i = 0; i < 100; i++) {
                results.add(executor.submit(new Answer(i)));
              }
              executor.shutdown();
              assertThat(executor.isShutdown()).isTrue();
              assertThatThrownBy(() -> executor.submit(() -> 1))
                  .isInstanceOf(RejectedExecutionException.class)
                  .hasMessageContaining("shut down");
              assertThatThrownBy(() -> executor.execute(() -> {}))
                  .isInstanceOf(RejectedExecutionException.class);
              assertThat(executor.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
              assertThat(executor.isTerminated()).isTrue();
              for (int i = 0; i < 100; i++) {
                assertThat(results.get(i).get()).isEqualTo(i);
              }
            }),
        new Row(
            "(ours) a large result after shutdown()",
            executor -> {
              Future<byte[]> result = executor.submit(() -> new byte[500_000]);
              executor.shutdown();
              assertThat(result.get()).hasSize(500_000);
              assertThat(executor.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
            }),
        new Row(
            "awaitTermination(timeout)",
            executor -> {
              executor.submit((Callable<Integer>) new Endless());
              assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
              executor.shutdown();
              assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
              assertThat(executor.isTerminated()).isFalse();
            }),
        new Row(
            "shutdownNow stops all and lists it",
            executor -> {
              Future<Integer> result = executor.submit((Callable<Integer>) new Endless());
              assertThat(executor.shutdownNow()).hasSize(1);
              assertThatThrownBy(() -> result.get(5, TimeUnit.MINUTES))
                  .isInstanceOf(CancellationException.class);
              assertThat(executor.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
            }),
        new Row(
            "close waits",
            executor -> {
              Future<Integer> result = executor.submit(() -> 3);
              executor.close();
              assertThat(result.isDone()).isTrue();
              assertThat(executor.isTerminated()).isTrue();
            }),
        new Row(
            "an interrupted close stops all",
            executor -> {
              Future<Integer> result = executor.submit((Callable<Integer>) new Endless());
              CountDownLatch closed = new CountDownLatch(1);
              Thread closing =
                  new Thread(
                      () -> {
                        executor.close();
                        if (Thread.interrupted()) {
                          closed.countDown();
                        }
                      });
              closing.start();
              closing.interrupt();
              closed.await();
              assertThat(result.isCancelled()).isTrue();
            }));
  }

  private List<Row> refusing() {
    return List.of(
        new Row(
            "a lambda that is no RemoteCallable is refused at once with the two cures",
            executor -> {
              ExecutorService plain = executor;
              assertThatThrownBy(() -> plain.submit(() -> 42))
                  .isInstanceOf(RejectedExecutionException.class)
                  .hasMessageContaining("ExecutorContract")
                  .hasMessageContaining("MusterExecutor.submit(RemoteCallable)")
                  .hasMessageContaining("java.io.Serializable");
            }),
        new Row(
            "a captured value that can't be serialized is named",
            executor -> {
              Thread captured = new Thread();
              assertThatThrownBy(() -> executor.submit(() -> captured.getName()))
                  .isInstanceOf(RejectedExecutionException.class)
                  .hasMessageContaining("java.lang.Thread");
            }),
        new Row(
            "null",
            executor ->
                assertThatThrownBy(() -> executor.submit((Runnable) null))
                    .isInstanceOf(NullPointerException.class)),
        new Row(
            "CompletableFuture.supplyAsync(…, executor) is refused with its stand-in",
            executor ->
                assertThatThrownBy(() -> CompletableFuture.supplyAsync(() -> 1, executor))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("muster.supplyAsync")),
        new Row(
            "ExecutorCompletionService is refused with its stand-in",
            executor ->
                assertThatThrownBy(
                        () ->
                            new ExecutorCompletionService<Integer>(executor).submit(new Answer(1)))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("muster.completionService()")),
        new Row(
            "muster.supplyAsync",
            executor -> {
              CompletableFuture<Integer> two = muster().supplyAsync(() -> 1).thenApply(x -> x + 1);
              assertThat(two.get(5, TimeUnit.MINUTES)).isEqualTo(2);
            }),
        new Row(
            "muster.supplyAsync: what depends on it may wait for another",
            executor -> {
              Muster muster = muster();
              CompletableFuture<Integer> sum =
                  muster
                      .supplyAsync(() -> 1)
                      .thenApply(x -> x + muster.supplyAsync(() -> 2).join());
              assertThat(sum.get(5, TimeUnit.MINUTES)).isEqualTo(3);
            }),
        new Row(
            "muster.supplyAsync fails with the task's exception",
            executor ->
                assertThatThrownBy(() -> muster().supplyAsync(() -> new Failing("y").call()).get())
                    .hasCauseInstanceOf(IllegalArgumentException.class)),
        new Row(
            "muster.completionService gives results as they come",
            executor -> {
              MusterCompletionService<Integer> service = muster().completionService();
              AsyncResult<Integer> slow = service.submit((Callable<Integer>) new Endless());
              service.submit(() -> 1);
              assertThat(service.take().get()).isEqualTo(1);
              assertThat(service.poll()).isNull();
              slow.cancel(true);
              assertThat(service.poll(5, TimeUnit.MINUTES)).isSameAs(slow);
            }),
        new Row(
            "futures tell how they ended",
            executor -> {
              AsyncResult<Integer> result = executor.submit(() -> 1);
              assertThat(result.await(Duration.ofMinutes(5))).isTrue();
              assertThat(result.successful()).isTrue();
            }));
  }
}
