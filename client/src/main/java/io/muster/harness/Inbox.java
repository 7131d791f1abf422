package io.muster.harness;

import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.ProcessWire;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the worker says to this process, in order; the process ends with the worker. While the
 * thread that carries out commands has nothing to do it reads them itself: another one would have
 * to wake it up, which costs some 50 µs. While it is at something for longer than a moment, or at
 * something that is fed, a thread of this inbox's own reads.
 */
final class Inbox implements Runnable {
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** After so long without a command nobody looks whether a moment has passed. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final InputStream in;
  private final FeedQueue feeds;
  private final Runnable whenCutOff;

  // under this monitor
  private final Queue<ToProcess> commands = new ArrayDeque<>();
  private boolean reading;
  private boolean idle;
  private boolean fed;
  private boolean asleep;
  private long since = System.nanoTime();

  /**
   * @param whenCutOff called when the worker says nothing any more; ends the process
   */
  Inbox(InputStream in, FeedQueue feeds, Runnable whenCutOff) {
    this.in = in;
    this.feeds = feeds;
    this.whenCutOff = whenCutOff;
  }

  /** The next command; for the one thread that carries them out. */
  ToProcess take() {
    ToProcess next = waiting();
    boolean reads = false;
    while (next == null) {
      ToProcess read = read();
      next = read instanceof ToProcess.Feed ? null : read; // it was for a step that is over
      reads = true;
    }
    begun(next, reads);
    return next;
  }

  /** A command that was read meanwhile, or null: this thread is to read. */
  private synchronized @Nullable ToProcess waiting() {
    idle = true;
    since = System.nanoTime();
    while (reading && commands.isEmpty()) {
      await(0);
    }
    ToProcess next = commands.poll();
    reading |= next == null;
    return next;
  }

  private synchronized void begun(ToProcess command, boolean wasRead) {
    idle = false;
    reading &= !wasRead;
    fed = command instanceof ToProcess.RunStep;
    since = System.nanoTime();
    if (asleep || fed) {
      notifyAll();
    }
  }

  @Override
  public void run() {
    while (true) {
      awaitTurn();
      ToProcess read = read();
      if (read instanceof ToProcess.Feed feed) {
        feeds.put(feed);
        readHere(null);
      } else {
        readHere(read);
      }
    }
  }

  private synchronized void readHere(@Nullable ToProcess command) {
    reading = false;
    if (command != null) {
      commands.add(command);
    }
    notifyAll();
  }

  private synchronized void awaitTurn() {
    while (reading || idle || !(fed || lasted() >= MOMENT_NANOS)) {
      asleep = idle && lasted() > QUIET_NANOS;
      await(asleep ? 0 : MOMENT_NANOS);
    }
    asleep = false;
    reading = true;
  }

  private long lasted() {
    return System.nanoTime() - since;
  }

  private ToProcess read() {
    try {
      ToProcess command = ProcessWire.readCommand(in);
      if (command != null) {
        return command;
      }
    } catch (IOException e) {
      // as when it ends
    }
    whenCutOff.run();
    throw new IllegalStateException("the worker is gone");
  }

  @SuppressWarnings("WaitNotInLoop") // callers loop
  private void await(long nanos) {
    try {
      wait(TimeUnit.NANOSECONDS.toMillis(nanos));
    } catch (InterruptedException e) {
      // by user code; it is nothing to who waits here
    }
  }
}
