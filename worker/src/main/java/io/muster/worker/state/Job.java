package io.muster.worker.state;

import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;
import org.jspecify.annotations.Nullable;

/** A job that this worker was told of. */
final class Job {
  /** Whether the program's files are here. */
  enum Files {
    NOT_ASKED,
    COMING,
    THERE
  }

  final JobId id;
  final JobSpec spec;
  final ProcessNeeds needs;
  final @Nullable Code code;

  /** Slots that one chunk takes. */
  final int weight;

  /** Tasks after which a process is replaced; 0: never. */
  final int tasksPerProcess;

  Files files = Files.NOT_ASKED;

  /** Nothing more comes of it, unless it is run again. */
  boolean over;

  Job(JobId id, JobSpec spec, long taskMemory) {
    this.id = id;
    this.spec = spec;
    this.needs = ProcessNeeds.of(spec.program(), spec.policy(), taskMemory);
    this.code = Code.of(spec.program());
    this.tasksPerProcess =
        spec.program() instanceof Program.Calls calls ? calls.tasksPerProcess() : 0;
    this.weight = (int) Math.max(1, (spec.policy().memory() + taskMemory - 1) / taskMemory);
  }
}
