package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.ToWorker.Assign;
import io.muster.protocol.Values;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A chunk that was assigned, from its arrival to its end. */
final class Chunk {
  final Assign assign;
  final Job job;

  /** Its end, lowered when its tail is taken back. */
  long until;

  long reportedUntil;
  boolean inputsThere;

  /** What it will run or runs in; while null it waits. */
  @Nullable Process process;

  /** Whether the process has been told. */
  boolean handed;

  Chunk(Assign assign, Job job) {
    this.assign = assign;
    this.job = job;
    this.until = assign.interval().until();
    this.reportedUntil = assign.interval().from();
    this.inputsThere = assign.inputs().blobs().isEmpty();
  }

  AttemptId attempt() {
    return assign.attempt();
  }

  long from() {
    return assign.interval().from();
  }

  Interval interval() {
    return new Interval(from(), until);
  }

  /** The inputs of what is left of it. */
  Values inputs() {
    Values all = assign.inputs();
    int left = (int) Math.min(all.count(), until - from());
    if (left == all.count()) {
      return all;
    }
    int[] lengths = Arrays.copyOf(all.lengths(), left);
    return new Values(
        all.encoding(),
        Arrays.copyOf(all.bytes(), Arrays.stream(lengths).sum()),
        lengths,
        all.blobs().stream().filter(blob -> blob.position() < left).toList());
  }

  int[] tries() {
    int[] all = assign.tries();
    return all.length == 0 ? all : Arrays.copyOf(all, (int) (until - from()));
  }
}
