package io.muster.harness;

import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.process.FromProcess.Printed;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one I/O task prints: the first half of the limit is passed on as it comes, of the rest the
 * last half when the task ends. Made for every task, costs next to nothing until something is
 * printed. Any thread.
 */
public final class IoLog {
  private final long index;
  private final int tryNumber;
  private final long limit;
  private final Consumer<Printed> to;
  private long headLeft;
  private @Nullable LogTail tail;
  private @Nullable PrintStream out;
  private @Nullable PrintStream err;

  /**
   * @param index of the task; -1: of none
   * @param limit bytes that are kept
   */
  public IoLog(long index, int tryNumber, long limit, Consumer<Printed> to) {
    this.index = index;
    this.tryNumber = tryNumber;
    this.limit = limit;
    this.to = to;
    this.headLeft = limit / 2;
  }

  public synchronized PrintStream out() {
    if (out == null) {
      out = stream(LogStream.STDOUT);
    }
    return out;
  }

  public synchronized PrintStream err() {
    if (err == null) {
      err = stream(LogStream.STDERR);
    }
    return err;
  }

  private PrintStream stream(LogStream stream) {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            print(stream, bytes, offset, length);
          }
        },
        false,
        StandardCharsets.UTF_8);
  }

  private synchronized void print(LogStream stream, byte[] bytes, int offset, int length) {
    int head = (int) Math.min(headLeft, length);
    if (head > 0) {
      headLeft -= head;
      to.accept(
          new Printed(index, tryNumber, stream, Arrays.copyOfRange(bytes, offset, offset + head)));
    }
    if (head < length) {
      if (tail == null) {
        tail = new LogTail(Math.min(limit - limit / 2, Runtime.getRuntime().maxMemory() / 64));
      }
      tail.add(stream, bytes, offset + head, length - head);
    }
  }

  /** The task has ended. */
  public synchronized void end() {
    if (tail != null) {
      for (LogTail.Run run : tail.take()) {
        to.accept(new Printed(index, tryNumber, run.stream(), run.bytes()));
      }
    }
  }
}
