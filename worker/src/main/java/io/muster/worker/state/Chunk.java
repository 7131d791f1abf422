package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Interval;
import io.muster.protocol.ToWorker.Assign;
import io.muster.protocol.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    this.inputsThere = largeInputs().isEmpty();
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
    return all.part(0, left);
  }

  /** What of its inputs, and of what they have in common, is too large for a message. */
  List<BlobRef> largeInputs() {
    return large(assign);
  }

  static List<BlobRef> large(Assign assign) {
    List<BlobRef> large = new ArrayList<>();
    assign.inputs().blobs().forEach(value -> large.add(value.blob()));
    for (Values.Head head : assign.inputs().heads()) {
      if (head.blob() != null) {
        large.add(head.blob());
      }
    }
    return large;
  }

  int[] tries() {
    int[] all = assign.tries();
    return all.length == 0 ? all : Arrays.copyOf(all, (int) (until - from()));
  }
}
