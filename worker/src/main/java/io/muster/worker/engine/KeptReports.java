package io.muster.worker.engine;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Draining;
import io.muster.protocol.ToCoordinator.Leaving;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.ToCoordinator.Started;
import io.muster.protocol.ToCoordinator.StepSucceeded;
import io.muster.protocol.Values;
import io.muster.worker.wire.ReportFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was said and is not durable yet, in order: the oldest 64 MiB in memory, the rest in a file.
 * Only a window of it is with the link, so that a link never has more to keep than that. One
 * thread, except for {@link #awaitRoom}.
 */
final class KeptReports {
  private static final long MOST_IN_MEMORY = 64 << 20;
  private static final long MOST_WITH_LINK = 8 << 20;
  private static final long MOST_IN_FILE = 4L << 30;
  private static final int ENVELOPE = 64;

  private record Kept(ToCoordinator item, int size) {}

  private final ReportFile file;
  private final Consumer<BlobRef> whenDurable;
  private final Runnable sendSoon;
  private final Deque<Kept> memory = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private long inMemory;

  /** How many of {@link #memory} the link of now has. */
  private int sent;

  private long sentBytes;
  private final Deque<Kept> unsent = new ArrayDeque<>();
  private @Nullable Outlet outlet;
  private boolean full;
  private boolean sendingSoon;

  /**
   * @param whenDurable told of each blob whose report is durable
   * @param sendSoon has {@link #sendNow} called within some milliseconds
   */
  KeptReports(ReportFile file, Consumer<BlobRef> whenDurable, Runnable sendSoon) {
    this.file = file;
    this.whenDurable = whenDurable;
    this.sendSoon = sendSoon;
  }

  /** That a chunk has started may wait a moment: of a short one it goes along with its results. */
  void say(ToCoordinator item) {
    Kept kept = new Kept(item, sizeOf(item));
    if (!file.isEmpty() || inMemory + kept.size() > MOST_IN_MEMORY) {
      keepInFile(kept);
    } else {
      keep(kept);
    }
    if (!(item instanceof Started)) {
      pump();
    } else if (!sendingSoon) {
      sendingSoon = true;
      sendSoon.run();
    }
  }

  /** What waited for company goes alone. */
  void sendNow() {
    sendingSoon = false;
    pump();
  }

  /** A new link: everything is said again, from the oldest on. */
  void resend(Outlet link) {
    outlet = link;
    unsent.clear();
    unsent.addAll(memory);
    sent = 0;
    sentBytes = 0;
    pump();
  }

  /** Whether this is the link that reports go to. */
  boolean isWith(Outlet link) {
    return outlet == link;
  }

  void linkLost() {
    outlet = null;
  }

  /** The oldest {@code count} of those with the link are durable. */
  void durable(int count) {
    if (count > sent) {
      throw new IllegalArgumentException(count + " reports are durable of " + sent + " sent");
    }
    for (int i = 0; i < count; i++) {
      Kept kept = memory.remove();
      inMemory -= kept.size();
      sent--;
      sentBytes -= kept.size();
      blobs(kept.item()).forEach(whenDurable);
    }
    refill();
    pump();
  }

  /** Whether a link has all that was said. */
  boolean allSent() {
    return outlet != null && unsent.isEmpty() && file.isEmpty();
  }

  /** Says this to the link of now, if there is one, and keeps nothing. */
  void mention(ToCoordinator item) {
    if (outlet != null) {
      outlet.mention(item);
    }
  }

  /** All blobs that the coordinator must have before it is told of them again. */
  List<BlobRef> blobs() {
    return memory.stream().flatMap(kept -> blobs(kept.item()).stream()).toList();
  }

  void clear() {
    memory.clear();
    unsent.clear();
    inMemory = 0;
    sent = 0;
    sentBytes = 0;
    file.clear();
    setFull(false);
  }

  boolean isEmpty() {
    return memory.isEmpty() && file.isEmpty();
  }

  /** Whether nothing but the announcement that this worker leaves is kept. */
  boolean isFarewellAlone() {
    return file.isEmpty()
        && memory.stream()
            .allMatch(kept -> kept.item() instanceof Draining || kept.item() instanceof Leaving);
  }

  long bytes() {
    return inMemory + file.bytes();
  }

  /** Waits while the file is as large as it may be. Any thread. */
  void awaitRoom() {
    lock.lock();
    try {
      while (full) {
        room.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void keep(Kept kept) {
    memory.add(kept);
    unsent.add(kept);
    inMemory += kept.size();
  }

  private void keepInFile(Kept kept) {
    try {
      file.add(kept.item());
      setFull(file.bytes() > MOST_IN_FILE);
    } catch (IOException e) {
      if (file.isEmpty()) {
        keep(kept); // no room on disk: memory is what is left
        setFull(true);
      } else {
        throw new java.io.UncheckedIOException("reports cannot be kept", e);
      }
    }
  }

  private void refill() {
    while (!file.isEmpty() && inMemory < MOST_IN_MEMORY / 2) {
      ToCoordinator item = file.take();
      keep(new Kept(item, sizeOf(item)));
    }
    setFull(file.bytes() > MOST_IN_FILE);
  }

  private void pump() {
    Outlet link = outlet;
    if (link == null || unsent.isEmpty()) {
      return;
    }
    List<ToCoordinator> said = new ArrayList<>();
    while (!unsent.isEmpty() && sentBytes < MOST_WITH_LINK) {
      Kept kept = unsent.remove();
      sent++;
      sentBytes += kept.size();
      said.add(kept.item());
    }
    if (!said.isEmpty()) {
      link.say(said);
    }
  }

  private void setFull(boolean now) {
    lock.lock();
    try {
      full = now;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static int sizeOf(ToCoordinator item) {
    if (item instanceof Outcomes outcomes) {
      return ENVELOPE
          + outcomes.values().bytes().length
          + outcomes.values().count()
          + outcomes.failures().stream()
              .mapToInt(f -> f.stackTrace().length() + f.message().length() + f.stderr().length())
              .sum();
    } else if (item instanceof Logged logged) {
      return ENVELOPE + logged.bytes().length;
    }
    return ENVELOPE;
  }

  private static List<BlobRef> blobs(ToCoordinator item) {
    if (item instanceof Outcomes outcomes) {
      return blobs(outcomes.values());
    } else if (item instanceof StepSucceeded step) {
      return blobs(step.result());
    }
    return List.of();
  }

  private static List<BlobRef> blobs(Values values) {
    return values.blobs().stream().map(Values.BlobValue::blob).toList();
  }
}
