package io.muster.harness;

import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.ToProcess.RunChunk;
import org.jspecify.annotations.Nullable;

/** Takes the tasks of a chunk from its cursor, one after the other, and reports how each ended. */
final class OneByOne {
  /** The user's code for a task. */
  interface Call {
    @Nullable Object task(int offset) throws Exception;
  }

  private final RunningTask context;
  private final ChunkCursor cursor;
  private final Reports reports;
  private final EncodedValue result;
  private final long resultLimit;

  /** Of a stage that flattens; else null. */
  private final @Nullable TaskOutputs outputs;

  /**
   * @param resultLimit bytes that a result may have
   */
  OneByOne(
      RunningTask context,
      ChunkCursor cursor,
      Reports reports,
      EncodedValue result,
      long resultLimit) {
    this(context, cursor, reports, result, resultLimit, null);
  }

  /**
   * @param outputs takes apart what tasks give, or null
   */
  OneByOne(
      RunningTask context,
      ChunkCursor cursor,
      Reports reports,
      EncodedValue result,
      long resultLimit,
      @Nullable TaskOutputs outputs) {
    this.outputs = outputs;
    this.context = context;
    this.cursor = cursor;
    this.reports = reports;
    this.result = result;
    this.resultLimit = resultLimit;
  }

  void run(RunChunk chunk, Call call, ValueWriter writer) {
    run(chunk, call, writer, Encoding.JSON);
  }

  /**
   * @param encoding of what the writer writes
   */
  void run(RunChunk chunk, Call call, ValueWriter writer, Encoding encoding) {
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
      Values given = null;
      try {
        if (outputs != null) {
          given = outputs.of(call.task(offset), writer, encoding);
        } else {
          result.reset(resultLimit);
          writer.write(call.task(offset), result);
          result.finish();
        }
      } catch (Throwable e) {
        thrown = e;
      }
      Thread.interrupted(); // one task's interrupt is not the next one's
      context.end();
      if (thrown == null && given != null) {
        reports.succeeded(given);
      } else if (thrown == null) {
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
