package io.muster.harness;

import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.process.FromProcess;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What tasks print. Belongs to the task that runs when it is printed, whatever thread prints it. Of
 * each task the first half of the limit is passed on as it comes; of the rest the last half is kept
 * and passed on when the task ends, after a line that says how much was left out between.
 *
 * <p>Any thread may print; one thread runs tasks and says so with {@link #begin} and {@link #end}.
 */
final class TaskOutput implements Outbox.Gathering {
  private static final int PIECE = 32 * 1024;

  private final Outbox outbox;
  private final PrintStream out = stream(LogStream.STDOUT);
  private final PrintStream err = stream(LogStream.STDERR);
  private final byte[] pending = new byte[PIECE];
  private LogStream pendingStream = LogStream.STDOUT;
  private int pendingSize;
  private long index = -1;
  private int tryNumber = 1;
  private long headLimit;
  private long headLeft;
  private LogTail tail = new LogTail(0);
  private volatile boolean printed;

  TaskOutput(Outbox outbox) {
    this.outbox = outbox;
    outbox.add(this);
    limit(1 << 20);
  }

  /** Sets how many bytes of a task are kept. */
  void limit(long bytes) {
    synchronized (outbox) {
      headLimit = bytes / 2;
      headLeft = headLimit;
      tail = new LogTail(Math.min(bytes - headLimit, Runtime.getRuntime().maxMemory() / 8));
    }
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  /** From now on, what is printed is this task's; -1 for what is no task's. */
  void begin(long newIndex, int newTryNumber) {
    if (printed) {
      end();
    }
    // Without a lock: a thread that a task before left behind may miss the change by a moment.
    index = newIndex;
    tryNumber = newTryNumber;
  }

  /** The task has ended; what is kept of its end is passed on. */
  void end() {
    if (!printed) {
      return;
    }
    synchronized (outbox) {
      outbox.awaitRoom();
      printed = false;
      headLeft = headLimit;
      List<LogTail.Run> kept = tail.take();
      postPending();
      for (LogTail.Run run : kept) {
        post(run);
      }
    }
  }

  @Override
  public @Nullable FromProcess take() {
    if (pendingSize == 0) {
      return null;
    }
    byte[] bytes = Arrays.copyOf(pending, pendingSize);
    pendingSize = 0;
    return new FromProcess.Printed(index, tryNumber, pendingStream, bytes);
  }

  private PrintStream stream(LogStream stream) {
    return new PrintStream(new Printing(stream), false, StandardCharsets.UTF_8);
  }

  private void print(LogStream stream, byte[] bytes, int offset, int length) {
    synchronized (outbox) {
      printed = true;
      int at = offset;
      int left = length;
      while (left > 0 && headLeft > 0) {
        if (pendingSize == PIECE || pendingSize > 0 && stream != pendingStream) {
          postPending(); // may wait, and let others print meanwhile
          continue;
        }
        if (pendingSize == 0) {
          pendingStream = stream;
          outbox.gathered();
        }
        int part = (int) Math.min(Math.min(left, headLeft), PIECE - pendingSize);
        System.arraycopy(bytes, at, pending, pendingSize, part);
        pendingSize += part;
        headLeft -= part;
        at += part;
        left -= part;
      }
      tail.add(stream, bytes, at, left);
    }
  }

  /** Waits before it takes: what others print meanwhile is behind what it takes, or with it. */
  private void postPending() {
    outbox.awaitRoom();
    FromProcess message = take();
    if (message != null) {
      outbox.post(message, PIECE);
    }
  }

  private void post(LogTail.Run run) {
    for (int at = 0; at < run.bytes().length; at += PIECE) {
      byte[] piece = Arrays.copyOfRange(run.bytes(), at, Math.min(run.bytes().length, at + PIECE));
      outbox.post(new FromProcess.Printed(index, tryNumber, run.stream(), piece), piece.length);
    }
  }

  /** The line between the first and the last half. */
  static String leftOut(long bytes) {
    return String.format(Locale.ROOT, "%n... %,d bytes left out ...%n", bytes);
  }

  /** One of the two streams. */
  private final class Printing extends OutputStream {
    private final LogStream stream;

    Printing(LogStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int b) {
      print(stream, new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      print(stream, bytes, offset, length);
    }
  }
}
