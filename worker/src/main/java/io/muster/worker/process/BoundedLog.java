package io.muster.worker.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one task prints on one stream, cut to a limit: the first half goes on at once, the last half
 * when the task has ended, with a line between that says how much was left out. One thread.
 */
final class BoundedLog {
  /** Takes what is kept, in pieces of at most {@link #PIECE} bytes. */
  interface Sink {
    void accept(byte[] bytes);
  }

  static final int PIECE = 32 * 1024;

  private final long half;
  private final Sink sink;
  private long sent;
  private @Nullable Tail end;

  BoundedLog(long limit, Sink sink) {
    this.half = Math.max(1, limit / 2);
    this.sink = sink;
  }

  void write(byte[] bytes, int from, int length) {
    int direct = (int) Math.min(length, half - sent);
    send(bytes, from, direct);
    sent += direct;
    if (direct < length) {
      if (end == null) {
        end = new Tail((int) Math.min(half, 1 << 24));
      }
      end.write(bytes, from + direct, length - direct);
    }
  }

  /** The task has ended. */
  void finish() {
    if (end == null) {
      return;
    }
    byte[] last = end.bytes();
    long leftOut = end.written() - last.length;
    if (leftOut > 0) {
      byte[] line = ("\n[" + leftOut + " bytes left out]\n").getBytes(StandardCharsets.UTF_8);
      send(line, 0, line.length);
    }
    send(last, 0, last.length);
    end = null;
  }

  private void send(byte[] bytes, int from, int length) {
    for (int at = 0; at < length; at += PIECE) {
      sink.accept(Arrays.copyOfRange(bytes, from + at, from + Math.min(length, at + PIECE)));
    }
  }
}
