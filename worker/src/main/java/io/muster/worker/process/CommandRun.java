package io.muster.worker.process;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One command, from its start to its end. {@link #run} is called by the slot's thread, the others
 * by a timer's.
 */
final class CommandRun {
  /** How it ended: exactly one of these is there. */
  record Ended(
      byte @Nullable [] result,
      @Nullable BlobRef large,
      @Nullable Values lines,
      @Nullable Failure failure) {
    static Ended failed(Failure failure) {
      return new Ended(null, null, null, failure);
    }
  }

  /** What becomes of its standard output. */
  enum Output {
    /** It is the result as it is. */
    WHOLE,
    /** It is the result, without a newline at its end: the next stage reads it. */
    CUT,
    /** Each line is an output. */
    LINES;

    static Output of(JobSpec spec) {
      if (spec.policy().flatten()) {
        return LINES;
      }
      return spec.partOf() == null ? WHOLE : CUT;
    }
  }

  private static final int SMALL = 64 * 1024;
  private static final int TAIL = 4 * 1024;
  private static final long HURRY_NANOS = 20_000_000;
  private static final long LEFTOVER_NANOS = 50_000_000;

  private final Process process;
  private final String mark;
  private final Path folder;
  private final Path out;
  private final long resultLimit;
  private final Output output;
  private final BoundedLog log;
  private final Executor threads;
  private final long startedAt = System.nanoTime();
  private final AtomicBoolean stderrTaken = new AtomicBoolean();
  private final Tail tail = new Tail(TAIL);
  private final CountDownLatch stderrRead = new CountDownLatch(1);

  private volatile boolean over;
  private volatile long deadSince;
  private volatile @Nullable Failure verdict;

  /**
   * @param folder the lane's own
   * @param out folder for results that are too large for a message
   */
  CommandRun(
      Process process,
      String mark,
      Path folder,
      Path out,
      long resultLimit,
      Output output,
      BoundedLog log,
      Executor threads) {
    this.output = output;
    this.process = process;
    this.mark = mark;
    this.folder = folder;
    this.out = out;
    this.resultLimit = resultLimit;
    this.log = log;
    this.threads = threads;
  }

  /** Writes the input, reads the output, waits for the end. */
  Ended run(byte @Nullable [] stdin) {
    if (stdin != null) {
      writeInput(stdin);
    }
    Ended given = output == Output.LINES ? readLines() : readOutput();
    if (stderrTaken.compareAndSet(false, true)) {
      readErrors();
    }
    int code = awaitEnd();
    log.finish();
    over = true;
    return judge(given, new ExitText(code));
  }

  /** Ends it with its children; the failure says why. */
  void kill(Failure why) {
    if (verdict == null) {
      verdict = why;
    }
    killTree();
  }

  void outOfTime(Duration timeout) {
    if (verdict == null) {
      verdict =
          Failure.of(
              FailureKind.TIMEOUT,
              "ran longer than its time-out of " + timeout.toMillis() / 1000.0 + " s");
      threads.execute(this::killTree);
    }
  }

  /**
   * Kills it if it and its children are larger than this; looks at all processes, so it takes a
   * while.
   */
  void limitMemory(long bytes) {
    long resident =
        MarkedProcesses.find(mark::equals).stream()
            .mapToLong(process -> ResidentSize.of(process.pid()))
            .sum();
    if (resident > bytes && !over) {
      kill(
          Failure.of(
              FailureKind.MEMORY,
              "used "
                  + resident / (1 << 20)
                  + " MiB of memory, more than the "
                  + bytes / (1 << 20)
                  + " MiB it may (--memory)"));
    }
  }

  void killTree() {
    process.destroyForcibly();
    Marks.kill(mark);
  }

  long startedAt() {
    return startedAt;
  }

  boolean isOver() {
    return over;
  }

  /** Takes care of a command that has more to say, or whose children hold its pipes. */
  void check(long now) {
    if (over) {
      return;
    }
    if (now - startedAt > HURRY_NANOS && stderrTaken.compareAndSet(false, true)) {
      threads.execute(this::readErrors);
    }
    if (!process.isAlive()) {
      if (deadSince == 0) {
        deadSince = now;
      } else if (now - deadSince > LEFTOVER_NANOS) {
        deadSince = now;
        threads.execute(() -> Marks.kill(mark));
      }
    }
  }

  private void writeInput(byte[] input) {
    OutputStream stdin = process.getOutputStream();
    if (input.length <= SMALL / 2) {
      write(stdin, input);
    } else {
      threads.execute(() -> write(stdin, input));
    }
  }

  private static void write(OutputStream stdin, byte[] input) {
    try (stdin) {
      stdin.write(input);
    } catch (IOException e) {
      // It need not read what it is given.
    }
  }

  private Ended readOutput() {
    ByteArrayOutputStream small = new ByteArrayOutputStream(256);
    ResultFile large = null;
    byte[] bytes = new byte[8 * 1024];
    boolean newline = false;
    try (InputStream stdout = process.getInputStream()) {
      // the first byte is for a newline that was at the end of what was read before
      for (int read = stdout.read(bytes, 1, bytes.length - 1);
          read >= 0;
          read = stdout.read(bytes, 1, bytes.length - 1)) {
        int start = newline ? 0 : 1;
        bytes[0] = '\n';
        read += newline ? 1 : 0;
        newline = output == Output.CUT && bytes[start + read - 1] == '\n';
        read -= newline ? 1 : 0;
        long size = (large == null ? small.size() : large.size()) + read;
        if (size > resultLimit) {
          kill(tooLong());
          break;
        }
        if (large == null && size > SMALL) {
          large = new ResultFile(folder, out);
          large.write(small.toByteArray(), 0, small.size());
        }
        if (large == null) {
          small.write(bytes, start, read);
        } else {
          large.write(bytes, start, read);
        }
      }
      if (large != null && verdict == null) {
        return new Ended(null, large.finish(), null, null);
      }
    } catch (FileSystemException e) {
      kill(noRoom(e));
    } catch (IOException e) {
      if (large != null) {
        kill(noRoom(e));
      }
    }
    if (large != null) {
      large.discard();
    }
    return new Ended(small.toByteArray(), null, null, null);
  }

  /** Each line is an output; one without a newline at its end is a line too. */
  private Ended readLines() {
    LineOutputs lines = new LineOutputs(folder, out, SMALL);
    byte[] bytes = new byte[8 * 1024];
    long size = 0;
    try (InputStream stdout = process.getInputStream()) {
      for (int read = stdout.read(bytes); read >= 0; read = stdout.read(bytes)) {
        size += read;
        if (size > resultLimit) {
          kill(tooLong());
          break;
        }
        if (!lines.write(bytes, read)) {
          kill(Failure.of(FailureKind.LIMIT, Outcomes.TOO_MANY_OUTPUTS));
          break;
        }
      }
      if (verdict == null) {
        return new Ended(null, null, lines.finish(), null);
      }
    } catch (IOException e) {
      kill(noRoom(e));
    }
    lines.discard();
    return new Ended(null, null, Values.NONE, null);
  }

  private Failure tooLong() {
    return Failure.of(
        FailureKind.LIMIT,
        "its standard output is longer than the "
            + resultLimit
            + " bytes that a result may have (--result-limit)");
  }

  private void readErrors() {
    byte[] bytes = new byte[8 * 1024];
    try (InputStream stderr = process.getErrorStream()) {
      for (int read = stderr.read(bytes); read >= 0; read = stderr.read(bytes)) {
        tail.write(bytes, 0, read);
        log.write(bytes, 0, read);
      }
    } catch (IOException e) {
      // closed: it is gone
    } finally {
      stderrRead.countDown();
    }
  }

  private int awaitEnd() {
    while (true) {
      try {
        stderrRead.await();
        return process.waitFor();
      } catch (InterruptedException e) {
        killTree(); // the slot's thread is only interrupted to end it
      }
    }
  }

  private Ended judge(Ended output, ExitText exit) {
    Failure why = verdict;
    if (why != null) {
      return Ended.failed(withTail(why));
    }
    Integer signal = exit.signal();
    if (signal != null) {
      return Ended.failed(
          new Failure(FailureKind.CRASH, "", "the command " + exit, "", null, signal, tail.text()));
    }
    if (exit.code() != 0) {
      return Ended.failed(
          new Failure(
              FailureKind.EXIT, "", "the command " + exit, "", exit.code(), null, tail.text()));
    }
    return output;
  }

  private Failure withTail(Failure why) {
    return new Failure(why.kind(), why.type(), why.message(), "", null, null, tail.text());
  }

  /** Nothing that the command did: on another worker, or later, there may be room. */
  private Failure noRoom(IOException e) {
    return Failure.of(
        FailureKind.LOST, "the worker cannot keep its output in " + out + ": " + Reason.of(e));
  }
}
