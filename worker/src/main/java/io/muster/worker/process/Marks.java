package io.muster.worker.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The markers of this worker's task processes: which numbers are in use, and what still carries one
 * that is not. Any thread may call.
 */
public final class Marks {
  private final String prefix;
  private final AtomicLong last = new AtomicLong();
  private final Set<String> inUse = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean someEnded = new AtomicBoolean();

  /**
   * @param incarnation the worker's
   */
  public Marks(String incarnation) {
    this.prefix = incarnation + ".";
  }

  /** A new one, in use from now on. */
  public String next() {
    String mark = prefix + last.incrementAndGet();
    inUse.add(mark);
    return mark;
  }

  /** Its process has ended; children that are left will be swept. */
  public void release(String mark) {
    inUse.remove(mark);
    someEnded.set(true);
  }

  /** Kills all that carry this one. */
  public static void kill(String mark) {
    MarkedProcesses.kill(mark::equals);
  }

  /** Whether a process other than this one carries the mark. */
  public static boolean hasOther(String mark, long pid) {
    return MarkedProcesses.find(mark::equals).stream().anyMatch(marked -> marked.pid() != pid);
  }

  /** Whether {@link #sweep} has something to look for. */
  public boolean isSweepDue() {
    return someEnded.get();
  }

  /** Kills what outlived the process that it was a child of. To be called now and then. */
  public void sweep() {
    if (someEnded.getAndSet(false)) {
      MarkedProcesses.kill(mark -> mark.startsWith(prefix) && !inUse.contains(mark));
    }
  }

  /** Kills all. */
  public void killAll() {
    MarkedProcesses.kill(mark -> mark.startsWith(prefix));
  }
}
