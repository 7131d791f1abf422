package io.muster.harness;

import io.muster.protocol.process.FromProcess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this process has to say to its worker, in order, said by a thread of its own: a long task
 * must not hold back its neighbours' results. What is to be said at once, and takes no waiting, is
 * said by whoever has it: another thread would have to wake up first, which costs some 50 µs.
 *
 * <p>Small things are gathered for a few milliseconds, so that a message carries many. Whoever
 * gathers does it under this object's monitor. Any thread may call.
 */
public final class Outbox implements Runnable {
  /** Something that grows until it is worth a message. Called under the outbox's monitor. */
  public interface Gathering {
    /** Hands over what was gathered, or null if nothing was. */
    @Nullable FromProcess take();
  }

  /** How a message leaves the process. */
  public interface Sender {
    void send(FromProcess message) throws IOException;

    void flush() throws IOException;

    /** Whether any thread may send, no matter what interrupts it, and {@link #flushNow}. */
    default boolean isForAll() {
      return false;
    }

    /**
     * As {@link #flush}, but does not wait.
     *
     * @return false if something is left that can't leave now
     */
    default boolean flushNow() throws IOException {
      flush();
      return true;
    }
  }

  private static final long GATHER_NANOS = 5_000_000;
  private static final long NANOS_A_MILLI = 1_000_000;
  private static final int SEND_WEIGHT = 64 * 1024;
  private static final int MOST_WEIGHT = 512 * 1024;

  /** What a message without values counts for. */
  private static final int SMALL = 100;

  private record Entry(FromProcess message, int weight) {}

  private final Sender sender;
  private final Runnable whenCutOff;
  private final ArrayDeque<Entry> queue = new ArrayDeque<>();
  private final List<Gathering> gatherings = new ArrayList<>();
  private long weight;
  private boolean gathering;
  private long gatheringSince;
  private boolean urgent;
  private boolean unflushed;
  private boolean flushing;
  private boolean idle;

  /**
   * @param whenCutOff called when nothing can be sent any more
   */
  public Outbox(Sender sender, Runnable whenCutOff) {
    this.sender = sender;
    this.whenCutOff = whenCutOff;
  }

  public synchronized void add(Gathering source) {
    gatherings.add(source);
  }

  /** Says that a gathering has its first piece, to be sent within a few milliseconds. */
  public synchronized void gathered() {
    if (!gathering) {
      gathering = true;
      gatheringSince = System.nanoTime();
      wakeSender();
    }
  }

  /**
   * Queues a message, to be sent within a few milliseconds; waits while too much waits already.
   *
   * @param size its bytes, about
   */
  public synchronized void post(FromProcess message, int size) {
    awaitRoom();
    queue.add(new Entry(message, size));
    weight += size;
    gathered(); // the sender leaves what is not worth a message until then
    if (weight >= SEND_WEIGHT) {
      wakeSender();
    }
  }

  /**
   * Waits while too much waits already. A caller that holds this object's monitor can post a
   * message afterwards without that others come in between, as they can here.
   */
  synchronized void awaitRoom() {
    boolean interrupted = false;
    while (weight > MOST_WEIGHT) {
      interrupted |= !await(Long.MAX_VALUE);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether whoever posts now has to wait. */
  public synchronized boolean isFull() {
    return weight > MOST_WEIGHT;
  }

  /** Queues a message and sends it, and all before it, at once. */
  public synchronized void postNow(FromProcess message) {
    awaitRoom();
    queue.add(new Entry(message, SMALL));
    weight += SMALL;
    urgent = true;
    if (idle && weight < SEND_WEIGHT && sender.isForAll()) {
      sayHere();
    } else {
      wakeSender();
    }
  }

  /** The outbox's thread has nothing to do, and is to have nothing to do. */
  private void sayHere() {
    collect();
    try {
      for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
        weight -= entry.weight;
        sender.send(entry.message);
      }
      urgent = false;
      if (!sender.flushNow()) {
        unflushed = true;
        wakeSender();
      }
    } catch (IOException e) {
      whenCutOff.run();
    }
  }

  /** Waits until everything that was gathered and queued has been handed to the system. */
  public synchronized void drain() {
    boolean interrupted = false;
    do {
      urgent = true;
      gathering = true;
      wakeSender();
      interrupted |= !await(NANOS_A_MILLI);
    } while (unflushed || gathering || !queue.isEmpty());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      while (true) {
        FromProcess next = next();
        if (next == null) {
          sender.flush();
        } else {
          sender.send(next);
        }
      }
    } catch (IOException e) {
      whenCutOff.run();
    }
  }

  /** The next message, or null when what was sent should be flushed. Waits for either. */
  private synchronized @Nullable FromProcess next() {
    if (flushing) {
      flushing = false;
      unflushed = false;
      notifyAll();
    }
    while (true) {
      if (isDue()) {
        collect();
      }
      if (urgent || weight >= SEND_WEIGHT) {
        Entry entry = queue.poll();
        if (entry != null) {
          weight -= entry.weight;
          unflushed = true;
          notifyAll();
          return entry.message;
        }
      }
      urgent = false;
      if (unflushed) {
        flushing = true;
        return null;
      }
      idle = true;
      await(gathering ? leftToGather() : Long.MAX_VALUE);
      idle = false;
    }
  }

  private void collect() {
    for (Gathering source : gatherings) {
      FromProcess message = source.take();
      if (message != null) {
        queue.add(new Entry(message, 0));
      }
    }
    gathering = false;
    urgent = true;
  }

  private boolean isDue() {
    return gathering && (urgent || leftToGather() <= 0);
  }

  private long leftToGather() {
    return gatheringSince + GATHER_NANOS - System.nanoTime();
  }

  private void wakeSender() {
    if (idle) {
      notifyAll();
    }
  }

  /** Waits to be notified, about so long; false if the thread was interrupted meanwhile. */
  @SuppressWarnings("WaitNotInLoop") // callers loop
  private boolean await(long nanos) {
    try {
      wait(nanos == Long.MAX_VALUE ? 0 : Math.max(0, nanos) / NANOS_A_MILLI + 1);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
