package io.muster.worker.state;

import io.muster.protocol.ToWorker.RunStep;
import org.jspecify.annotations.Nullable;

/** A split, a combine or a reduce that was asked for, in a process of its own beside the slots. */
final class Step {
  final RunStep order;
  final Job job;
  @Nullable Process process;
  boolean handed;

  /** Only a process that has run nothing will do. */
  boolean wantsUnused;

  Step(RunStep order, Job job) {
    this.order = order;
    this.job = job;
  }
}
