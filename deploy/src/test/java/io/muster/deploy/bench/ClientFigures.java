package io.muster.deploy.bench;

import io.muster.client.JobHandle;
import io.muster.client.JobRequest;
import io.muster.client.Muster;
import io.muster.client.MusterExecutor;
import io.muster.client.Pool;
import io.muster.deploy.tasks.Square;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the Java client: {@code ClientFigures local|HOST:PORT FIGURE…}. Prints one line a
 * figure; what is measured is warm. {@code deploy/bench/java-figures} starts it and its peers.
 */
public final class ClientFigures {
  private static final int SUBMITS = Integer.getInteger("submits", 200_000);
  private static final int INTEGERS = Integer.getInteger("integers", 1_000_000);
  private static final int ROUNDS = Integer.getInteger("rounds", 6);
  private static final int SINGLES = Integer.getInteger("singles", 2_000);
  private static final int WARM_SINGLES = Integer.getInteger("warm.singles", 10_000);
  private static final int JOBS = Integer.getInteger("jobs", 800);
  private static final int LARGE = Integer.getInteger("large", 300);
  private static final int LARGE_ROUNDS = Integer.getInteger("large.rounds", 4);
  private static final int FED_SECONDS = Integer.getInteger("seconds", 600);
  private static final int FED_A_SECOND = Integer.getInteger("rate", 1_000);
  private static final int MIB = 1 << 20;

  private final Muster muster;

  private ClientFigures(Muster muster) {
    this.muster = muster;
  }

  public static void main(String[] args) throws Exception {
    try (Muster muster = args[0].equals("local") ? Muster.local(2) : Muster.connect(args[0])) {
      ClientFigures figures = new ClientFigures(muster);
      for (String figure : Arrays.asList(args).subList(1, args.length)) {
        switch (figure) {
          case "submit" -> figures.submit();
          case "map" -> figures.map();
          case "one" -> figures.one();
          case "durable" -> figures.durable();
          case "large" -> figures.large();
          case "fed" -> figures.fed();
          default -> throw new IllegalArgumentException("no figure " + figure);
        }
      }
    }
  }

  private static void say(String line, Object... values) {
    System.out.println(String.format(Locale.ROOT, line, values));
  }

  private void submit() throws Exception {
    MusterExecutor executor = muster.executor();
    submitted(executor, SUBMITS / 4);
    double seconds = submitted(executor, SUBMITS);
    say("executor.submit of %,d no-ops: %.2f s, %,.0f/s", SUBMITS, seconds, SUBMITS / seconds);
    executor.shutdown();
  }

  /** From the first submit to the last result. */
  private static double submitted(MusterExecutor executor, int count) throws Exception {
    List<Future<Integer>> futures = new ArrayList<>(count);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      futures.add(executor.submit(() -> 1));
    }
    long sum = 0;
    for (Future<Integer> future : futures) {
      sum += future.get();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    check(sum, count);
    return seconds;
  }

  private void map() throws Exception {
    List<Integer> numbers = IntStream.range(0, INTEGERS).boxed().toList();
    try (Pool pool = muster.pool()) {
      StringBuilder before = new StringBuilder();
      for (int round = 1; round < ROUNDS; round++) {
        before.append(String.format(Locale.ROOT, " %,.0f", INTEGERS / mapped(pool, numbers)));
      }
      double seconds = mapped(pool, numbers);
      say(
          "pool.map of %,d integers: %.2f s, %,.0f/s; in the rounds before%s",
          INTEGERS, seconds, INTEGERS / seconds, before);
    }
  }

  private static double mapped(Pool pool, List<Integer> numbers) throws Exception {
    long start = System.nanoTime();
    List<Integer> results = pool.map(n -> n + 1, numbers);
    double seconds = (System.nanoTime() - start) / 1e9;
    check(results.size(), numbers.size());
    check(results.get(numbers.size() - 1), numbers.size());
    return seconds;
  }

  private void one() throws Exception {
    MusterExecutor executor = muster.executor();
    List<Long> nanos = new ArrayList<>();
    for (int i = -WARM_SINGLES; i < SINGLES; i++) {
      long start = System.nanoTime();
      int one = executor.submit(() -> 1).get();
      if (i >= 0) {
        nanos.add(System.nanoTime() - start);
      }
      check(one, 1);
    }
    say("one task of a session, submit to result, %,d times: %s", SINGLES, micros(nanos));
    executor.shutdown();
  }

  /** The first of a client, and later ones, for most of what the first take is code that is new. */
  private void durable() throws Exception {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      JobRequest request = JobRequest.task(Square.class).range(7, 8).build();
      long start = System.nanoTime();
      JobHandle job = muster.submit(request);
      try (Stream<Long> results = job.results(Long.class)) {
        check(results.findFirst().orElseThrow(), 49);
      }
      nanos.add(System.nanoTime() - start);
    }
    int some = JOBS / 8;
    say(
        "one durable job of one task, submit to result: the first %,d: %s; the last %,d of %,d: %s",
        some,
        micros(new ArrayList<>(nanos.subList(0, some))),
        some,
        JOBS,
        micros(new ArrayList<>(nanos.subList(JOBS - some, JOBS))));
  }

  private static String micros(List<Long> nanos) {
    Collections.sort(nanos);
    int size = nanos.size();
    return String.format(
        Locale.ROOT,
        "p50 %,d µs, p90 %,d, p99 %,d",
        nanos.get(size / 2) / 1000,
        nanos.get(size * 9 / 10) / 1000,
        nanos.get(size * 99 / 100) / 1000);
  }

  /** Rounds of other contents each, for what a worker has does not travel again. */
  private void large() throws Exception {
    try (Pool pool = muster.pool()) {
      StringBuilder before = new StringBuilder();
      for (int round = 1; round < LARGE_ROUNDS; round++) {
        before.append(String.format(Locale.ROOT, " %,.0f", LARGE / sentLarge(pool, round)));
      }
      double seconds = sentLarge(pool, LARGE_ROUNDS);
      say(
          "%,d inputs of 1 MiB: %.2f s, %,.0f MiB/s; in the rounds before%s",
          LARGE, seconds, LARGE / seconds, before);
    }
  }

  private static double sentLarge(Pool pool, int round) throws Exception {
    List<byte[]> inputs = new ArrayList<>();
    Random random = new Random(round);
    for (int i = 0; i < LARGE; i++) {
      byte[] input = new byte[MIB];
      random.nextBytes(input);
      inputs.add(input);
    }
    long start = System.nanoTime();
    List<Integer> lengths = pool.map(bytes -> bytes.length, inputs);
    double seconds = (System.nanoTime() - start) / 1e9;
    check(lengths.stream().mapToLong(Integer::longValue).sum(), (long) LARGE * MIB);
    return seconds;
  }

  private void fed() throws Exception {
    MusterExecutor executor = muster.executor();
    Queue<Future<Integer>> open = new ArrayDeque<>();
    long start = System.nanoTime();
    long answered = 0;
    int heapEvery = Math.max(1, FED_SECONDS / 10);
    for (int second = 0; second < FED_SECONDS; second++) {
      for (int i = 0; i < FED_A_SECOND; i++) {
        open.add(executor.submit(() -> 1));
      }
      while (!open.isEmpty() && open.element().isDone()) {
        answered += open.remove().get();
      }
      if (second % heapEvery == 0) {
        say(
            "after %d s: %,d answered, live heap of the client %.1f MiB",
            second, answered, liveHeap());
      }
      LockSupport.parkNanos(start + TimeUnit.SECONDS.toNanos(second + 1) - System.nanoTime());
    }
    while (!open.isEmpty()) {
      answered += open.remove().get();
    }
    check(answered, (long) FED_SECONDS * FED_A_SECOND);
    say(
        "fed %,d/s for %,d s: all %,d answered in %.1f s, live heap of the client %.1f MiB",
        FED_A_SECOND, FED_SECONDS, answered, (System.nanoTime() - start) / 1e9, liveHeap());
    executor.shutdown();
  }

  private static double liveHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / (double) MIB;
  }

  private static void check(long is, long wanted) {
    if (is != wanted) {
      throw new IllegalStateException(is + " instead of " + wanted);
    }
  }
}
