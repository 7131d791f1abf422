package io.muster.coordinator.state;

/**
 * Slots of one worker that are dealt to one job. They stay with it while it has chunks for them, so
 * that its processes stay warm.
 */
final class Lease {
  final Job job;
  final ConnectedWorker worker;

  /** Slots that one process of the job takes. */
  final int weight;

  /** Processes it may run. */
  int processes;

  /** Processes that are to be given to another job as their chunks end. */
  int leaving;

  /** Chunks on their way, waiting or running there. */
  int chunks;

  Lease(Job job, ConnectedWorker worker, int weight) {
    this.job = job;
    this.worker = worker;
    this.weight = weight;
  }

  /** How many chunks it should have: one a process, and one more where that hides the way. */
  int wanted() {
    int staying = processes - leaving;
    boolean ahead =
        leaving == 0
            && job.spec.policy().limit() == 0
            && !job.pace.isLimited() // what waits there could begin too fast
            && job.sizing.sendsAhead();
    return ahead ? 2 * staying : staying;
  }

  int slots() {
    return processes * weight;
  }
}
