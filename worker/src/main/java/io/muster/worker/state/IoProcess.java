package io.muster.worker.state;

import io.muster.protocol.BlobRef;
import io.muster.protocol.JobId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
      return new Kind(job.spec.program().files(), job.needs, chunk.apart ? job.id : null);
    }

    /** Whether anybody may want it next. */
    boolean isEverybodys() {
      return jars.isEmpty() && apart == null && needs.env().isEmpty();
    }
  }

  /** How far a job's program is. */
  enum Program {
    LOADING,
    LOADED
  }

  final ProcessId id;
  final Kind kind;
  boolean up;

  /** Why it is being killed; while null it lives. */
  @Nullable Death death;

  final Map<JobId, Program> programs = new HashMap<>();
  final Set<IoChunk> chunks = new LinkedHashSet<>();

  /** How often it had nothing to do. */
  int rests;

  IoProcess(ProcessId id, Kind kind) {
    this.id = id;
    this.kind = kind;
  }

  /** Whether the code of a job runs in it of which no task does. */
  boolean isLoading() {
    return programs.containsValue(Program.LOADING);
  }

  /** Tasks that may be running in it. */
  long running() {
    return chunks.stream().filter(chunk -> chunk.handed).mapToLong(IoChunk::unreported).sum();
  }
}
