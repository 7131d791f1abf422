package io.muster.worker.state;

import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program;

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

  /** Slots that one chunk takes. */
  final int weight;

  /** Tasks after which a process is replaced; 0: never. */
  final int tasksPerProcess;

  Files files = Files.NOT_ASKED;

  Job(JobId id, JobSpec spec, long taskMemory) {
    this.id = id;
    this.spec = spec;
    this.needs = ProcessNeeds.of(spec.program(), spec.policy(), taskMemory);
    this.tasksPerProcess =
        spec.program() instanceof Program.Calls calls ? calls.tasksPerProcess() : 0;
    this.weight = (int) Math.max(1, (spec.policy().memory() + taskMemory - 1) / taskMemory);
  }
}
