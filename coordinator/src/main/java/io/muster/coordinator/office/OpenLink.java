package io.muster.coordinator.office;

import io.muster.node.link.Link;
import io.muster.protocol.JobId;
import io.muster.protocol.ToWorker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker's link as the office uses it: in order, nothing before the worker was welcomed, and
 * nothing of a job before that, and its inputs, are durable. A job that was lost with its
 * coordinator leaves its number to another one: no worker may know the first by it.
 */
final class OpenLink {
  /** Whether a job, or one of its inputs below an index, is not durable yet. */
  interface Unwritten {
    boolean test(JobId job, long until);
  }

  /**
   * Something to be sent.
   *
   * @param job that it is about and that must be durable, or null
   * @param until the job's inputs below it must be durable
   * @param item made when it is sent; empty when there is nothing to send any more
   */
  record Sending(@Nullable JobId job, long until, Supplier<Optional<ToWorker>> item) {}

  private final Deque<Sending> waiting = new ArrayDeque<>();
  private final Set<JobId> prepared = new HashSet<>();
  private final Set<JobId> claimed = new HashSet<>();
  private @Nullable Link link;

  /** The worker is welcomed: what waited goes out with the next {@link #flush}. */
  void open(Link opened) {
    link = opened;
  }

  void add(Sending sending) {
    waiting.add(sending);
  }

  /**
   * Sends what may go.
   *
   * @param unwritten what is not to be told yet
   * @return whether something waits for that
   */
  boolean flush(Unwritten unwritten) {
    while (link != null && !waiting.isEmpty()) {
      JobId job = waiting.element().job();
      if (job != null && unwritten.test(job, waiting.element().until())) {
        return true;
      }
      waiting.remove().item().get().ifPresent(link::send);
    }
    return false;
  }

  /** Whether the worker has not been told of this job yet; it counts as told from now on. */
  boolean prepares(JobId job) {
    return prepared.add(job);
  }

  /** The worker has something of this job from before this link. */
  void claims(JobId job) {
    claimed.add(job);
  }

  /** Whether the worker was told of this job; it counts as not told from now on. */
  boolean forgets(JobId job) {
    boolean wasClaimed = claimed.remove(job);
    return prepared.remove(job) || wasClaimed;
  }

  /** Whether this is the link's end: what an earlier one says does not count any more. */
  boolean isOver(Link other) {
    return link == other;
  }

  void durable(long through) {
    if (link != null) {
      link.durable(through);
    }
  }

  void close() {
    waiting.clear();
    if (link != null) {
      link.close();
    }
  }
}
