package io.muster.worker.state;

import io.muster.protocol.BlobRef;
import io.muster.protocol.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A process in which many I/O tasks of many jobs run at once. */
final class IoProcess {
  /**
   * What jobs have in common whose tasks share a process.
   *
   * @param jars their code; none for built-in tasks
   * @param apart the job whose suspects it is for, or null: it is for all
   */
  record Kind(List<BlobRef> jars, ProcessNeeds needs, @Nullable JobId apart) {
    static Kind of(IoChunk chunk) {
      Job job = chunk.job;
      return new Kind(job.spec.program().files(), job.needs, chunk.isAlone() ? job.id : null);
    }
  }

  final ProcessId id;
  final Kind kind;
  boolean up;

  /** Why it is being killed; while null it lives. */
  @Nullable Death death;

  /** Its jobs, and whether their programs are loaded. */
  final Map<JobId, Boolean> loaded = new HashMap<>();

  final List<IoChunk> chunks = new ArrayList<>();

  /** How often it had nothing to do. */
  int rests;

  IoProcess(ProcessId id, Kind kind) {
    this.id = id;
    this.kind = kind;
  }

  /** Tasks that may be running in it. */
  long running() {
    long sum = 0;
    for (IoChunk chunk : chunks) {
      sum += chunk.handed ? chunk.unreported() : 0;
    }
    return sum;
  }
}
