package io.muster.harness;

import io.muster.calls.CallDecoder;
import io.muster.protocol.Encoding;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.ToProcess.RunChunk;
import java.nio.file.Path;

/** Runs chunks of calls: functions that a client sent, each input one call. */
final class CallRunner implements Chunks {
  private final CallDecoder decoder;
  private final RunningTask context;
  private final ChunkCursor cursor;
  private final Reports reports;
  private final OneByOne oneByOne;
  private final Path blobs;
  private final CallResults results = new CallResults();

  /**
   * @param resultLimit bytes that a result may have
   * @param blobs folder with heads and inputs that are too large for a message
   */
  CallRunner(
      CallDecoder decoder,
      RunningTask context,
      ChunkCursor cursor,
      Reports reports,
      EncodedValue result,
      long resultLimit,
      Path blobs) {
    this.decoder = decoder;
    this.context = context;
    this.cursor = cursor;
    this.reports = reports;
    this.oneByOne = new OneByOne(context, cursor, reports, result, resultLimit);
    this.blobs = blobs;
    reports.tellExceptions();
  }

  @Override
  public void run(RunChunk chunk) {
    reports.begin(chunk.attempt(), chunk.interval(), Encoding.JAVA);
    oneByOne.run(chunk, new ChunkCalls(chunk.inputs(), decoder, blobs), results);
    context.begin(-1, 1);
    reports.end(chunk.attempt(), chunk.interval().from() + cursor.next());
  }
}
