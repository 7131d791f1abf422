package io.muster.worker.state;

/** Why this worker ends a process. */
enum Death {
  /** Nobody asked for it: the process ended by itself. */
  ITS_OWN,
  /** What it ran is not wanted any more. */
  UNWANTED,
  /** A task ran longer than its job allows. */
  TIMEOUT,
  /** The task that it runs is not wanted any more; what was to follow is. */
  STOPPED,
  /** The worker drains and its time for that is over. */
  DRAIN
}
