package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.WorkerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;

/**
 * Prints how many chunks a second the state assigns and takes back done, with 10,000 slots and 100
 * jobs. Run its {@code main}.
 */
public final class DecisionsBenchmark extends Quiet {
  private record Sent(WorkerId worker, AttemptId attempt, Interval interval) {}

  private final Deque<Sent> out = new ArrayDeque<>();
  private final ClusterState state = new ClusterState();
  private long nanos = 1;

  private DecisionsBenchmark() {}

  public static void main(String[] args) {
    for (int round = 0; round < 5; round++) {
      new DecisionsBenchmark().run(1_000_000);
    }
  }

  private void run(int decisions) {
    state.epochOpened(1, Bench.JOURNAL, 1, now(), this);
    for (int worker = 0; worker < 2_500; worker++) {
      state.registered(Bench.registration("incarnation-" + worker, 4, Map.of()), now(), this);
    }
    for (int job = 0; job < 100; job++) {
      state.submitted(
          new io.muster.protocol.JobSpec(
              "request-" + job,
              "job",
              "user",
              Bench.java(io.muster.protocol.Program.Shape.TASK),
              new io.muster.protocol.Inputs.Range(0, 10_000_000_000L, 1),
              io.muster.protocol.Policy.DEFAULT),
          new InputSizes(),
          now(),
          this);
    }
    long begin = System.nanoTime();
    for (int done = 0; done < decisions; done++) {
      Sent sent = out.remove();
      nanos += 10_000;
      Interval interval = sent.interval();
      state.received(
          sent.worker(),
          Bench.outcomes(
              sent.attempt(),
              interval.from(),
              interval.from() + Math.min(1, interval.size()),
              50_000_000,
              FailureKind.EXCEPTION),
          now(),
          this);
      if (interval.size() > 1) {
        out.add(
            new Sent(
                sent.worker(),
                sent.attempt(),
                new Interval(interval.from() + 1, interval.until())));
      }
      Long tick = state.nextTick();
      if (tick != null && tick <= nanos) {
        state.tick(now(), this);
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,d reports in %.2f s: %,.0f a second%n",
        decisions,
        seconds,
        decisions / seconds);
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
