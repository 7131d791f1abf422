package io.muster.coordinator.state;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Jobs that could begin something but for their rate. */
final class Rates {
  private final Set<Job> waiting = new LinkedHashSet<>();

  /** To be told before who is hungry is asked: it fills the job's bucket. */
  void jobMoved(Turn turn, Job job) {
    if (!job.pace.isLimited()) {
      return;
    }
    job.pace.fill(turn.nanos());
    job.pace.wanted(job.isReady() && job.isBelowLimit());
    if (job.isReady() && !job.pace.allows(job.tasks.waiting.size())) {
      waiting.add(job);
    } else if (waiting.remove(job)) {
      job.leases.values().forEach(turn.ledger.touched::lease); // the slot that it had kept
    }
  }

  /** When {@link #look} is wanted next, or null. */
  @Nullable Long nextLook() {
    Long next = null;
    for (Job job : waiting) {
      long at = job.pace.allowsAt(job.tasks.waiting.size());
      next = next == null ? at : Math.min(next, at);
    }
    return next;
  }

  void look(Turn turn) {
    for (Job job : waiting) {
      if (job.pace.allowsAt(job.tasks.waiting.size()) <= turn.nanos()) {
        turn.ledger.touched.job(job);
      }
    }
  }
}
