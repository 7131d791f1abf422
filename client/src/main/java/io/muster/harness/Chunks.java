package io.muster.harness;

import io.muster.protocol.process.ToProcess.RunChunk;

/** Runs the tasks of one chunk after the other, as many as the worker leaves in it. */
interface Chunks {
  /**
   * Runs a chunk and reports how each of its tasks ended.
   *
   * @throws OutOfMemoryError when memory ran out: what could be reported is, and the process must
   *     end
   */
  void run(RunChunk chunk);
}
