package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import java.time.Duration;
import java.util.List;

/**
 * All that {@link WorkerState} asks of the world. What is answered later is answered by a call of
 * the method that is named, never from within.
 */
public interface Effects {
  /**
   * Says this to the coordinator after all that was said before, and keeps it until {@link
   * WorkerState#durable}.
   */
  void say(ToCoordinator item);

  /** Says it once over the link of now, if there is one; nothing is kept. */
  void mention(ToCoordinator item);

  /** Forgets all that is kept: it belongs to another journal. */
  void forgetSaid();

  /**
   * Stores values of this attempt that are too large for a message with the coordinator; {@link
   * WorkerState#uploaded} follows.
   */
  void upload(AttemptId attempt, List<BlobRef> blobs);

  /**
   * Brings what the job's program consists of here; {@link WorkerState#filesThere} or {@link
   * WorkerState#filesMissing} follows.
   */
  void fetchFiles(JobId job, JobSpec spec);

  /** The job's files are not in use any more. */
  void releaseFiles(JobId job);

  /**
   * Brings a chunk's large inputs here; {@link WorkerState#inputsThere} or {@link
   * WorkerState#inputsMissing} follows.
   */
  void fetchInputs(AttemptId attempt, List<BlobRef> blobs);

  /** The chunk's large inputs are not in use any more. */
  void releaseInputs(AttemptId attempt);

  /** Starts a process; {@link WorkerState#started} or {@link WorkerState#ended} follows. */
  void start(ProcessId process, ProcessNeeds needs);

  /**
   * Has it load the job's program; {@link WorkerState#loaded}, {@link WorkerState#loadFailed} or
   * {@link WorkerState#ended} follows.
   */
  void load(ProcessId process, JobId job, JobSpec spec);

  /**
   * Has it forget the program of a job that is over; {@link WorkerState#unloaded} or {@link
   * WorkerState#ended} follows.
   */
  void unload(ProcessId process);

  /** Has an I/O process forget the program of a job that is over. */
  void unload(ProcessId process, JobId job);

  /**
   * Runs a chunk of I/O tasks, all at once; {@link WorkerState#reported} or {@link
   * WorkerState#ended} follows.
   */
  void runIo(ProcessId process, JobId job, ToWorker.Assign assign);

  /** Stops the tasks of an attempt in an I/O process; nothing more is said of them. */
  void drop(ProcessId process, JobId job, AttemptId attempt);

  /** Stops one task in an I/O process, which is reported as failed then. */
  void stopTask(ProcessId process, JobId job, long index, boolean onlyWaiting);

  /**
   * Reminds of a process some time later; {@link WorkerState#idleForLong} follows.
   *
   * @param times how often there was something to remind of; to be handed back
   */
  void remind(ProcessId process, int times, Duration later);

  /**
   * Runs a chunk; {@link WorkerState#reported} and {@link WorkerState#chunkEnded} or {@link
   * WorkerState#ended} follow.
   *
   * @param inputs those of the interval's tasks; none for a range
   */
  void run(ProcessId process, AttemptId attempt, Interval interval, Values inputs, int[] tries);

  /**
   * Takes back the tail of the chunk that runs.
   *
   * @return how many of the chunk's tasks it has now: those handed to it and those it keeps
   */
  long retract(ProcessId process, int keepPermille);

  /**
   * Has the chunk that runs end before this task, or behind it when it was taken last.
   *
   * @param offset of the task in its chunk
   * @return how many of the chunk's tasks had been handed to it: at most {@code offset} if the task
   *     will not be
   */
  long stopAt(ProcessId process, long offset);

  /**
   * Runs a step; {@link WorkerState#stepSucceeded}, {@link WorkerState#stepFailed} or {@link
   * WorkerState#ended} follows.
   */
  void runStep(ProcessId process, ToWorker.RunStep step);

  /** Its step has succeeded: nothing of that is wanted here any more. */
  void endStep(ProcessId process);

  /**
   * Kills it with all its children; {@link WorkerState#ended} follows. Called again for the same
   * process it does nothing.
   */
  void kill(ProcessId process);

  /** A drain is over: nothing runs, nothing waits. */
  void leave();
}
