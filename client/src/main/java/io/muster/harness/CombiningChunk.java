package io.muster.harness;

import io.muster.api.Combine;
import io.muster.api.RangeTask;
import io.muster.protocol.Inputs;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.ToProcess.RunChunk;
import org.jspecify.annotations.Nullable;

/**
 * Runs a chunk of a range whose results combine: takes block after block, and combines each with
 * what is there already. A block that throws is run again in halves until the index that throws is
 * alone, so that it fails alone.
 */
final class CombiningChunk {
  private final RangeTask<@Nullable Object> task;
  private final Combine<@Nullable Object> combine;
  private final RunningTask context;
  private final ValueWriter writer;
  private final Inputs.Range range;
  private final RunChunk chunk;
  private final ChunkCursor cursor;
  private final Reports reports;
  private final EncodedValue result;
  private final BlockSize blockSize;
  private final long resultLimit;

  /** What runs since the last report, by index of the job, and what came out of it. */
  private long from;

  private long until;
  private @Nullable Object combined;

  /** Set when combining threw: whoever combines the pieces in the end will say why. */
  private boolean separate;

  @SuppressWarnings("unchecked") // combine gets what the task returned
  CombiningChunk(
      LoadedProgram program,
      RunChunk chunk,
      ChunkCursor cursor,
      Reports reports,
      EncodedValue result,
      BlockSize blockSize) {
    if (!(program.inputs() instanceof Inputs.Range inputs)) {
      throw new IllegalStateException("a range task without a range: " + program.inputs());
    }
    task = (RangeTask<@Nullable Object>) program.object();
    combine = (Combine<@Nullable Object>) program.object();
    context = program.context();
    writer = program.writer(LoadedProgram.resultsFor(chunk.inputs().encoding()));
    range = inputs;
    resultLimit = program.spec().policy().resultLimit();
    this.chunk = chunk;
    this.cursor = cursor;
    this.reports = reports;
    this.result = result;
    this.blockSize = blockSize;
    blockSize.chunkOf(chunk.interval().size());
    from = chunk.interval().from();
    until = from;
  }

  void run() {
    while (true) {
      long taken = cursor.take(blockSize.get());
      int tasks = (int) taken;
      if (tasks == 0) {
        report();
        return;
      }
      long first = chunk.interval().from() + (taken >>> 32);
      long started = System.nanoTime();
      run(first, first + tasks);
      blockSize.ran(tasks, System.nanoTime() - started);
    }
  }

  /** Runs all of this, and leaves it combined or reported. */
  private void run(long first, long end) {
    Object value;
    try {
      begin(first);
      value = task.run(range.from() + first, range.from() + end, context);
    } catch (Throwable e) {
      isolate(first, end, e);
      return;
    } finally {
      Thread.interrupted();
      context.end();
    }
    add(first, end, value);
  }

  private void isolate(long first, long end, Throwable thrown) {
    boolean alone = end - first == 1;
    OutOfMemoryError error = Failures.outOfMemory(thrown);
    if (alone || error != null) {
      report();
    }
    if (alone) {
      reports.failed(thrown, tryOf(first));
      from = end;
      until = end;
    }
    if (error != null) {
      throw error;
    }
    if (!alone) {
      long middle = (first + end) >>> 1;
      run(first, middle);
      run(middle, end);
    }
  }

  @SuppressWarnings(
      "NullAway") // the user's type may take null; type arguments say so, which it does not read
  private void add(long first, long end, @Nullable Object value) {
    if (until == from || separate) {
      report();
      combined = value;
      until = end;
      return;
    }
    try {
      begin(first);
      combined = combine.combine(combined, value);
      until = end;
    } catch (Throwable e) {
      Failures.rethrowIfOutOfMemory(e);
      runSeparately(end);
    } finally {
      Thread.interrupted();
      context.end();
    }
  }

  /** Combining threw, and may have spoilt both sides: they are run again and left uncombined. */
  private void runSeparately(long end) {
    separate = true;
    long first = from;
    until = from;
    combined = null;
    long step = blockSize.get();
    for (long at = first; at < end; at += step) {
      run(at, Math.min(end, at + step));
    }
  }

  private void report() {
    if (until == from) {
      return;
    }
    try {
      result.reset(resultLimit);
      writer.write(combined, result);
      result.finish();
      reports.combined(until, result);
    } catch (Throwable e) {
      reportUnwritten(e);
    }
    combined = null;
    from = until;
  }

  /** A value that can't be written is nobody's in particular: all that it came of has failed. */
  private void reportUnwritten(Throwable thrown) {
    for (long index = from; index < until; index++) {
      reports.failed(thrown, tryOf(index));
    }
    Failures.rethrowIfOutOfMemory(thrown);
  }

  private void begin(long first) {
    context.begin(first, tryOf(first));
  }

  private int tryOf(long index) {
    return OneByOne.tryOf(chunk, (int) (index - chunk.interval().from()));
  }
}
