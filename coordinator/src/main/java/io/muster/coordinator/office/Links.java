package io.muster.coordinator.office;

import io.muster.coordinator.office.OpenLink.Sending;
import io.muster.protocol.JobId;
import io.muster.protocol.ToWorker;
import io.muster.protocol.WorkerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The links of all workers, and what has to wait before it goes over them. */
final class Links {
  private final Gathering gathering;
  private final Map<WorkerId, OpenLink> open = new HashMap<>();
  private final List<Runnable> sentMeanwhile = new ArrayList<>();
  private boolean registering;

  Links(Gathering gathering) {
    this.gathering = gathering;
  }

  /** A worker registers: until it is known which, what is sent waits. */
  void registering() {
    registering = true;
  }

  /**
   * The worker that registered is this one. Its earlier link is replaced, also when the worker
   * never learned of that one: what it was told there did not arrive.
   */
  OpenLink registered(WorkerId worker) {
    close(worker);
    OpenLink link = new OpenLink();
    open.put(worker, link);
    sendNow();
    return link;
  }

  void refused() {
    sendNow();
  }

  private void sendNow() {
    registering = false;
    sentMeanwhile.forEach(Runnable::run);
    sentMeanwhile.clear();
  }

  /** Closes the link of a worker that comes again, before it registers. */
  void close(@Nullable WorkerId worker) {
    OpenLink link = worker == null ? null : open.remove(worker);
    if (link != null) {
      link.close();
    }
  }

  void send(WorkerId worker, ToWorker item) {
    send(worker, null, 0, () -> Optional.of(item));
  }

  /**
   * Sends when the job is durable.
   *
   * @param until the job's inputs below it are to be durable too
   */
  void send(WorkerId worker, @Nullable JobId job, long until, Supplier<Optional<ToWorker>> item) {
    if (registering) {
      sentMeanwhile.add(() -> send(worker, job, until, item));
      return;
    }
    OpenLink link = open.get(worker);
    if (link == null) {
      return;
    }
    link.add(new Sending(job, until, item));
    flush(link);
  }

  /** Sends what may go now, and looks again at the rest after the next write. */
  void flush(OpenLink link) {
    if (link.flush(gathering::isUnwritten)) {
      gathering.hurry(); // a worker waits for it
      gathering.afterWrite(() -> flush(link));
    }
  }

  Optional<OpenLink> of(WorkerId worker) {
    return Optional.ofNullable(open.get(worker));
  }

  Collection<OpenLink> all() {
    return open.values();
  }

  int count() {
    return open.size();
  }

  /** To all workers that were told of this job. */
  void jobOver(JobId job) {
    open.forEach(
        (worker, link) -> {
          if (link.forgets(job)) {
            send(worker, new ToWorker.JobOver(job));
          }
        });
  }
}
