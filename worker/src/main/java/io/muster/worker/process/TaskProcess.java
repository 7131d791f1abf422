package io.muster.worker.process;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import java.nio.file.Path;
import java.util.List;

/**
 * Something behind a slot that runs chunks, one at a time: a JVM, or commands one after the other.
 * Its owner calls from one thread; what it says comes to a {@link Listener} on threads of its own.
 */
public interface TaskProcess {
  /** Hears what a process says, in order, on the process's threads; {@code ended} comes last. */
  interface Listener {
    /** It is up. */
    void started();

    /** It says something. May block, to slow the process down. */
    void said(io.muster.protocol.process.FromProcess message);

    /** What it printed past its harness: the job's only, or a task's by guess. */
    void printed(io.muster.protocol.process.FromProcess.Printed piece);

    /** A task runs longer than its job's time-out. */
    void timeRanOut();

    /** It is gone with all its children. */
    void ended(io.muster.worker.state.ProcessEnd end);
  }

  /** Has it load a program; once. */
  void load(JobId job, JobSpec spec, ProgramFiles files);

  /**
   * Has it forget its program, if it can be used again: if it has left no children behind. Else it
   * ends.
   */
  void unload();

  /** Tells a process of I/O tasks what only such ones are told. */
  void tell(io.muster.protocol.process.ToProcess command);

  /** Runs a chunk; it must have none. */
  void run(AttemptId attempt, Interval interval, Values inputs, int[] tries);

  /**
   * Takes back the tail of its chunk.
   *
   * @return how many tasks the chunk has now
   */
  long retract(int keepPermille);

  /**
   * Has its chunk end before this task, or behind it when it was taken last.
   *
   * @param offset of the task in its chunk
   * @return how many tasks of the chunk were taken before
   */
  long stopAt(long offset);

  /** Runs a step; it must run nothing. */
  void runStep(ToWorker.RunStep step);

  /** The next values for a combine or a reduce; waits while the process takes no more. */
  void feed(Values values, boolean last) throws java.io.IOException;

  /** Kills it with its children; any thread, more than once. Doesn't wait. */
  void kill();

  /**
   * Called by a timer thread: looks at the clock and at the memory.
   *
   * @return whether it is to be called again within milliseconds; otherwise not before something is
   *     loaded
   */
  boolean check();

  /**
   * What a program consists of, on this machine.
   *
   * @param jars in class-path order
   * @param with files for a command's own folder, as (name, file)
   * @param blobs folder of large inputs
   */
  record ProgramFiles(List<Path> jars, List<Named> with, Path blobs) {
    /** A file and the name it is to have. */
    public record Named(String name, Path file) {}
  }
}
