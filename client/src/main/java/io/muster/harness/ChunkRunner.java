package io.muster.harness;

import io.muster.api.Job;
import io.muster.api.RangeTask;
import io.muster.api.Task;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.Program.Shape;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.ToProcess.RunChunk;
import org.jspecify.annotations.Nullable;

/** Runs the tasks of one chunk after the other, as many as the worker leaves in it. */
final class ChunkRunner {
  private final LoadedProgram program;
  private final RunningTask context;
  private final ChunkCursor cursor;
  private final Reports reports;
  private final EncodedValue result;
  private final long resultLimit;
  private final BlockSize blockSize = new BlockSize();

  ChunkRunner(LoadedProgram program, ChunkCursor cursor, Reports reports, EncodedValue result) {
    this.program = program;
    this.context = program.context();
    this.cursor = cursor;
    this.reports = reports;
    this.result = result;
    this.resultLimit = program.spec().policy().resultLimit();
  }

  /**
   * Runs a chunk and reports how each of its tasks ended.
   *
   * @throws OutOfMemoryError when memory ran out: what could be reported is, and the process must
   *     end
   */
  void run(RunChunk chunk) {
    Encoding encoding = LoadedProgram.resultsFor(chunk.inputs().encoding());
    reports.begin(chunk.attempt(), chunk.interval().from(), encoding);
    if (program.shape() == Shape.COMBINING_RANGE) {
      new CombiningChunk(program, chunk, cursor, reports, result, blockSize).run();
    } else {
      runOneByOne(chunk, call(chunk), program.writer(encoding));
    }
    context.begin(-1, 1);
    reports.end(chunk.attempt(), chunk.interval().from() + cursor.next());
  }

  /** The user's code for a task. */
  private interface Call {
    @Nullable Object task(int offset) throws Exception;
  }

  @SuppressWarnings(
      "NullAway") // the user's type may take null; type arguments say so, which it does not read
  private Call call(RunChunk chunk) {
    if (program.object() instanceof RangeTask<?> rangeTask) {
      return pieces(rangeTask, chunk);
    }
    Call input = input(chunk);
    if (program.object() instanceof Task<?, ?> task) {
      @SuppressWarnings("unchecked") // inputs are read as the type it takes
      Task<@Nullable Object, @Nullable Object> typed =
          (Task<@Nullable Object, @Nullable Object>) task;
      return offset -> typed.run(input.task(offset), context);
    }
    @SuppressWarnings("unchecked") // as above
    Job<@Nullable Object, @Nullable Object, ?> job =
        (Job<@Nullable Object, @Nullable Object, ?>) program.object();
    return offset -> job.run(input.task(offset), context);
  }

  private Call pieces(RangeTask<?> task, RunChunk chunk) {
    if (!(program.inputs() instanceof Inputs.Range range)) {
      throw new IllegalStateException("a range task without a range: " + program.inputs());
    }
    long first = chunk.interval().from();
    return offset -> {
      long from = range.from() + (first + offset) * range.piece();
      return task.run(from, Math.min(from + range.piece(), range.until()), context);
    };
  }

  private Call input(RunChunk chunk) {
    if (program.inputs() instanceof Inputs.None) {
      return offset -> null;
    }
    if (program.inputs() instanceof Inputs.Range range) {
      NumberInput numbers = NumberInput.as(program.programClass().input());
      long first = range.from() + chunk.interval().from();
      return offset -> numbers.of(first + offset);
    }
    ValueReader reader = program.reader(chunk.inputs().encoding(), program.programClass().input());
    InputReader inputs = new InputReader(chunk.inputs(), reader, program.blobs());
    return offset -> {
      inputs.skipTo(offset);
      return inputs.read();
    };
  }

  private void runOneByOne(RunChunk chunk, Call call, ValueWriter writer) {
    long first = chunk.interval().from();
    while (true) {
      long taken = cursor.take(1);
      if ((int) taken == 0) {
        return;
      }
      int offset = (int) (taken >>> 32);
      int tryNumber = tryOf(chunk, offset);
      context.begin(first + offset, tryNumber);
      Throwable thrown = null;
      try {
        result.reset(resultLimit);
        writer.write(call.task(offset), result);
        result.finish();
      } catch (Throwable e) {
        thrown = e;
      }
      Thread.interrupted(); // one task's interrupt is not the next one's
      context.end();
      if (thrown == null) {
        reports.succeeded(result);
      } else {
        reports.failed(thrown, tryNumber);
        Failures.rethrowIfOutOfMemory(thrown);
      }
    }
  }

  static int tryOf(RunChunk chunk, int offset) {
    int[] tries = chunk.tries();
    return tries.length == 0 ? 1 : tries[offset];
  }
}
