package io.muster.harness;

import io.muster.api.Job;
import io.muster.api.RangeTask;
import io.muster.api.Task;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.Policy;
import io.muster.protocol.Program.Shape;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.ToProcess.RunChunk;
import org.jspecify.annotations.Nullable;

/** Runs the chunks of a program that is a class. */
final class ChunkRunner implements Chunks {
  private final LoadedProgram program;
  private final RunningTask context;
  private final ChunkCursor cursor;
  private final Reports reports;
  private final EncodedValue result;
  private final OneByOne oneByOne;
  private final BlockSize blockSize = new BlockSize();

  ChunkRunner(LoadedProgram program, ChunkCursor cursor, Reports reports, EncodedValue result) {
    this.program = program;
    this.context = program.context();
    this.cursor = cursor;
    this.reports = reports;
    this.result = result;
    Policy policy = program.spec().policy();
    // What a Job's tasks give goes to its reduce, and what that gives is flattened.
    boolean flattens = policy.flatten() && program.shape() != Shape.JOB;
    TaskOutputs outputs = flattens ? new TaskOutputs(result, policy.resultLimit()) : null;
    this.oneByOne = new OneByOne(context, cursor, reports, result, policy.resultLimit(), outputs);
  }

  @Override
  public void run(RunChunk chunk) {
    Encoding encoding = LoadedProgram.resultsFor(chunk.inputs().encoding());
    reports.begin(chunk.attempt(), chunk.interval(), encoding);
    if (program.shape() == Shape.COMBINING_RANGE) {
      new CombiningChunk(program, chunk, cursor, reports, result, blockSize).run();
    } else {
      oneByOne.run(chunk, call(chunk), program.writer(encoding), encoding);
    }
    context.begin(-1, 1);
    reports.end(chunk.attempt(), chunk.interval().from() + cursor.next());
  }

  @SuppressWarnings(
      "NullAway") // the user's type may take null; type arguments say so, which it does not read
  private OneByOne.Call call(RunChunk chunk) {
    if (program.object() instanceof RangeTask<?> rangeTask) {
      return pieces(rangeTask, chunk);
    }
    OneByOne.Call input = input(chunk);
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

  private OneByOne.Call pieces(RangeTask<?> task, RunChunk chunk) {
    if (!(program.inputs() instanceof Inputs.Range range)) {
      throw new IllegalStateException("a range task without a range: " + program.inputs());
    }
    long first = chunk.interval().from();
    return offset -> {
      long from = range.from() + (first + offset) * range.piece();
      return task.run(from, Math.min(from + range.piece(), range.until()), context);
    };
  }

  private OneByOne.Call input(RunChunk chunk) {
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
}
