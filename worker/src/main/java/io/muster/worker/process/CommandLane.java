package io.muster.worker.process;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import io.muster.worker.state.ProcessEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands behind a slot: one process a task, started by this lane's own thread, with nothing
 * between it and the worker. What a command does to itself costs its own task only.
 */
public final class CommandLane implements TaskProcess {
  private static final Logger LOG = LoggerFactory.getLogger(CommandLane.class);
  private static final long FLUSH_NANOS = 10_000_000;
  private static final long MEMORY_NANOS = 200_000_000;

  private record Loaded(JobId job, JobSpec spec, Program.Command command, ProgramFiles files) {}

  private record Chunk(AttemptId attempt, Interval interval, Values inputs, int[] tries) {
    int tryNumber(int offset) {
      return offset < tries.length ? tries[offset] : 1;
    }
  }

  private final Surroundings surroundings;
  private final Listener listener;
  private final Path folder;
  private final ChunkCursor cursor;
  private final BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
  private final Thread thread;

  private volatile @Nullable Loaded loaded;
  private volatile @Nullable CommandRun running;
  private volatile @Nullable OutcomeBuffer gathered;
  private volatile boolean killed;
  private volatile long flushedAt;
  private volatile long memoryLookedAt;

  private CommandLane(Surroundings surroundings, String name, Path folder, Listener listener) {
    this.surroundings = surroundings;
    this.listener = listener;
    this.folder = folder;
    this.cursor = ChunkCursor.map(folder.resolve("cursor"));
    this.thread = new Thread(this::live, "commands-" + name);
    thread.setDaemon(true);
  }

  /** Opens one; the listener hears at once that it is up. */
  public static CommandLane start(Surroundings surroundings, Listener listener) throws IOException {
    Path folder = Files.createTempDirectory(surroundings.temp(), "lane");
    surroundings.launch().confinement().pass(folder);
    CommandLane lane =
        new CommandLane(surroundings, folder.getFileName().toString(), folder, listener);
    lane.thread.start();
    return lane;
  }

  @Override
  public void load(JobId job, JobSpec spec, ProgramFiles files) {
    if (!(spec.program() instanceof Program.Command command)) {
      throw new IllegalArgumentException("job " + job + " is no job of commands");
    }
    loaded = new Loaded(job, spec, command, files);
    surroundings.threads().execute(() -> listener.said(new FromProcess.Loaded()));
  }

  @Override
  public void unload() {
    throw new IllegalStateException("a command leaves nothing to forget");
  }

  @Override
  public void tell(ToProcess command) {
    throw new IllegalStateException("commands are no process of I/O tasks");
  }

  @Override
  public void run(AttemptId attempt, Interval interval, Values inputs, int[] tries) {
    cursor.reset(interval.size());
    chunks.add(new Chunk(attempt, interval, inputs, tries));
  }

  @Override
  public long retract(int keepPermille) {
    return cursor.retract(keepPermille);
  }

  @Override
  public long stopAt(long offset) {
    return cursor.stopAt(offset);
  }

  @Override
  public void runStep(ToWorker.RunStep step) {
    throw new IllegalStateException("a command has no steps");
  }

  @Override
  public void feed(Values values, boolean last) {
    throw new IllegalStateException("a command has no steps");
  }

  @Override
  public void kill() {
    if (killed) {
      return;
    }
    killed = true;
    thread.interrupt();
    CommandRun run = running;
    if (run != null) {
      surroundings.threads().execute(run::killTree);
    }
  }

  @Override
  public boolean check() {
    long now = System.nanoTime();
    CommandRun run = running;
    Loaded program = loaded;
    if (run == null || program == null) {
      return true;
    }
    run.check(now);
    Policy policy = program.spec().policy();
    Duration timeout = policy.timeout();
    if (timeout != null && now - run.startedAt() > timeout.toNanos() && !run.isOver()) {
      run.outOfTime(timeout);
    }
    if (policy.memory() > 0 && now - memoryLookedAt > MEMORY_NANOS) {
      memoryLookedAt = now;
      surroundings.threads().execute(() -> run.limitMemory(policy.memory()));
    }
    if (now - flushedAt > FLUSH_NANOS) {
      flush();
    }
    return true;
  }

  // The lane's thread

  private void live() {
    Launch.niceThisThread();
    listener.started();
    Failure end = Failure.of(FailureKind.LOST, "the worker ended the command");
    try {
      while (!killed) {
        runChunk(chunks.take());
      }
    } catch (InterruptedException e) {
      // killed while idle
    } catch (RuntimeException e) {
      LOG.error("a lane of commands ends", e);
      end = Failure.of(FailureKind.CRASH, "the worker failed to run the command: " + e);
    }
    Folders.remove(folder);
    listener.ended(new ProcessEnd(cursor.next(), end));
  }

  private void runChunk(Chunk chunk) {
    Loaded program = loaded;
    if (program == null) {
      throw new IllegalStateException("a chunk came before its program");
    }
    CommandStart start =
        new CommandStart(
            surroundings,
            folder,
            program.job(),
            program.spec(),
            program.command(),
            program.files());
    CommandInputs inputs =
        new CommandInputs(
            program.spec().inputs(),
            chunk.interval().from(),
            chunk.inputs(),
            program.files().blobs());
    OutcomeBuffer buffer =
        new OutcomeBuffer(chunk.attempt(), chunk.interval().from(), Encoding.BYTES);
    gathered = buffer;
    long taken = cursor.take(1);
    while ((int) taken > 0 && !killed) {
      runTask(start, inputs, chunk, (int) (taken >>> 32), buffer);
      if (buffer.hasEnough() || System.nanoTime() - flushedAt > FLUSH_NANOS) {
        flush();
      }
      if (!killed) {
        taken = cursor.take(1);
      }
    }
    flush();
    gathered = null;
    if (!killed) {
      listener.said(
          new FromProcess.ChunkEnded(chunk.attempt(), chunk.interval().from() + cursor.end()));
    }
  }

  private void runTask(
      CommandStart start, CommandInputs inputs, Chunk chunk, int offset, OutcomeBuffer buffer) {
    long index = chunk.interval().from() + offset;
    int tryNumber = chunk.tryNumber(offset);
    long began = System.nanoTime();
    CommandRun.Ended ended = runCommand(start, inputs, offset, index, tryNumber);
    if (killed) {
      return; // how it ended is this worker's doing
    }
    long nanos = System.nanoTime() - began;
    if (ended.failure() != null) {
      buffer.failed(ended.failure(), tryNumber, nanos);
    } else if (ended.lines() != null) {
      buffer.succeeded(ended.lines(), nanos);
    } else if (ended.large() != null) {
      buffer.succeeded(ended.large(), nanos);
    } else if (ended.result() != null) {
      buffer.succeeded(ended.result(), nanos);
    }
  }

  private CommandRun.Ended runCommand(
      CommandStart start, CommandInputs inputs, int offset, long index, int tryNumber) {
    BoundedLog log =
        new BoundedLog(
            start.logLimit(),
            piece ->
                listener.printed(
                    new FromProcess.Printed(index, tryNumber, LogStream.STDERR, piece)));
    try {
      byte[] input = inputs.at(offset);
      try (CommandStart.Started started = start.start(input, index, tryNumber, log)) {
        running = started.run();
        if (killed) {
          started.run().killTree();
        }
        return started.run().run(start.stdin(input));
      } finally {
        running = null;
      }
    } catch (CommandRefused e) {
      return CommandRun.Ended.failed(e.failure());
    } catch (IOException | IllegalArgumentException e) {
      return CommandRun.Ended.failed(
          Failure.of(
              FailureKind.EXCEPTION, "the worker cannot run the command: " + e.getMessage()));
    }
  }

  private synchronized void flush() {
    OutcomeBuffer buffer = gathered;
    flushedAt = System.nanoTime();
    if (buffer != null) {
      buffer.take().ifPresent(outcomes -> listener.said(new FromProcess.Reported(outcomes)));
    }
  }
}
