package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator.Divided;
import io.muster.protocol.WorkerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;

/**
 * Prints how many I/O tasks a second the state hands out and takes back done, in chunks that are
 * reported in parts and divided once, and how much memory an attempt takes that was divided off.
 * Run its {@code main}.
 */
public final class IoDecisionsBenchmark extends Quiet {
  private static final int TASKS = 1_000_000;
  private static final int PARTS = 10;

  private record Sent(WorkerId worker, AttemptId attempt, Interval interval) {}

  private final Deque<Sent> out = new ArrayDeque<>();
  private final ClusterState state = new ClusterState();
  private long nanos = 1;

  private IoDecisionsBenchmark(int workers, int ioLimit) {
    state.epochOpened(1, Bench.JOURNAL, 1, now(), this);
    for (int worker = 0; worker < workers; worker++) {
      state.registered(
          Bench.ioRegistration("incarnation-" + worker, ioLimit, Map.of()), now(), this);
    }
    state.submitted(
        new JobSpec(
            "request",
            "job",
            "user",
            new Program.Io("sleep", Map.of()),
            new Inputs.Range(0, TASKS, 1),
            Policy.DEFAULT),
        new InputSizes(),
        now(),
        this);
  }

  public static void main(String[] args) {
    for (int round = 0; round < 5; round++) {
      new IoDecisionsBenchmark(1, 10_000).run("1 worker");
      new IoDecisionsBenchmark(100, 1_000).run("100 workers");
    }
    new IoDecisionsBenchmark(1, TASKS).divide();
  }

  private void run(String cluster) {
    long begin = System.nanoTime();
    long chunks = 0;
    long reports = 0;
    while (!out.isEmpty()) {
      Sent sent = out.remove();
      Interval whole = sent.interval();
      chunks++;
      long part = (whole.size() + PARTS - 1) / PARTS;
      AttemptId rest = sent.attempt().plus(1);
      boolean divides = whole.size() > 1;
      if (divides) {
        state.received(
            sent.worker(), new Divided(sent.attempt(), whole.from() + 1, rest), now(), this);
        for (long at = whole.from() + 1; at < whole.until(); at += part) {
          ends(sent.worker(), rest, at, Math.min(whole.until(), at + part));
          reports++;
        }
      }
      ends(sent.worker(), sent.attempt(), whole.from(), whole.from() + 1);
      reports++;
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s: %,d tasks in %.2f s: %,.0f chunks and %,.0f reports a second%n",
        cluster,
        TASKS,
        seconds,
        chunks / seconds,
        reports / seconds);
  }

  private void ends(WorkerId worker, AttemptId attempt, long from, long until) {
    nanos += 10_000;
    state.received(
        worker,
        Bench.outcomes(attempt, from, until, 50_000_000, FailureKind.EXCEPTION),
        now(),
        this);
  }

  private void divide() {
    long before = used();
    long begin = System.nanoTime();
    int divided = 0;
    for (Sent sent : out) {
      AttemptId last = sent.attempt();
      for (long at = sent.interval().from() + 1; at < sent.interval().until(); at++) {
        AttemptId rest = last.plus(1);
        state.received(sent.worker(), new Divided(last, at, rest), now(), this);
        last = rest;
        divided++;
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,d attempts divided off in %.2f s, %,d bytes each%n",
        divided,
        seconds,
        (used() - before) / divided);
    begin = System.nanoTime();
    state.cancelled(new JobId(1), now(), this);
    System.out.printf(Locale.ROOT, "and cancelled in %.2f s%n", (System.nanoTime() - begin) / 1e9);
  }

  private static long used() {
    for (int k = 0; k < 3; k++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private Now now() {
    return new Now(nanos, nanos / 1_000_000);
  }

  @Override
  public void assign(
      WorkerId worker,
      AttemptId attempt,
      JobId job,
      Interval interval,
      int[] tries,
      boolean alone) {
    out.add(new Sent(worker, attempt, interval));
  }
}
