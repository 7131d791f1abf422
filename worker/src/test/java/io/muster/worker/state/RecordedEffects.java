package io.muster.worker.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToCoordinator.Holding;
import io.muster.protocol.ToCoordinator.Retracted;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down what the state asks for, one line each. */
final class RecordedEffects implements Effects {
  private final List<String> lines = new ArrayList<>();

  /** What {@link #retract} answers. */
  long kept;

  /** What {@link #stopAt} answers. */
  long taken;

  /** Those of the chunk that was handed over last. */
  Values inputs = Values.NONE;

  /** What was asked for since the last call. */
  List<String> take() {
    List<String> taken = List.copyOf(lines);
    lines.clear();
    return taken;
  }

  @Override
  public void say(ToCoordinator item) {
    lines.add("say " + text(item));
  }

  @Override
  public void mention(ToCoordinator item) {
    lines.add("mention " + text(item));
  }

  @Override
  public void forgetSaid() {
    lines.add("forget what was said");
  }

  @Override
  public void upload(AttemptId attempt, List<BlobRef> blobs) {
    lines.add("upload " + attempt);
  }

  @Override
  public void fetchFiles(JobId job, JobSpec spec) {
    lines.add("fetch files of " + job);
  }

  @Override
  public void releaseFiles(JobId job) {
    lines.add("release files of " + job);
  }

  @Override
  public void fetchInputs(AttemptId attempt, List<BlobRef> blobs) {
    lines.add("fetch inputs of " + attempt);
  }

  @Override
  public void releaseInputs(AttemptId attempt) {
    lines.add("release inputs of " + attempt);
  }

  @Override
  public void start(ProcessId process, ProcessNeeds needs) {
    lines.add("start " + process);
  }

  @Override
  public void load(ProcessId process, JobId job, JobSpec spec) {
    lines.add("load " + job + " in " + process);
  }

  @Override
  public void unload(ProcessId process) {
    lines.add("unload " + process);
  }

  @Override
  public void unload(ProcessId process, JobId job) {
    lines.add("unload " + job + " in " + process);
  }

  @Override
  public void runIo(ProcessId process, JobId job, ToWorker.Assign assign) {
    lines.add("run " + assign.attempt() + " " + assign.interval() + " in " + process);
  }

  @Override
  public void drop(ProcessId process, JobId job, AttemptId attempt) {
    lines.add("drop " + attempt + " of " + job + " in " + process);
  }

  @Override
  public void stopTask(ProcessId process, JobId job, long index, boolean onlyWaiting) {
    lines.add("stop task " + index + " of " + job + " in " + process);
  }

  @Override
  public void remind(ProcessId process, int times, Duration later) {
    lines.add("remind of " + process);
  }

  @Override
  public void run(
      ProcessId process, AttemptId attempt, Interval interval, Values inputs, int[] tries) {
    this.inputs = inputs;
    lines.add("run " + attempt + " " + interval + " in " + process);
  }

  @Override
  public long retract(ProcessId process, int keepPermille) {
    lines.add("retract to " + keepPermille + " in " + process);
    return kept;
  }

  @Override
  public long stopAt(ProcessId process, long offset) {
    lines.add("stop at " + offset + " in " + process);
    return taken;
  }

  @Override
  public void runStep(ProcessId process, ToWorker.RunStep step) {
    lines.add("run step " + step.attempt() + " in " + process);
  }

  @Override
  public void endStep(ProcessId process) {
    lines.add("end step in " + process);
  }

  @Override
  public void kill(ProcessId process) {
    lines.add("kill " + process);
  }

  @Override
  public void leave() {
    lines.add("leave");
  }

  private static String text(ToCoordinator item) {
    String name = item.getClass().getSimpleName();
    if (item instanceof Outcomes outcomes) {
      return name + " " + outcomes.attempt() + " " + outcomes.interval();
    } else if (item instanceof ToCoordinator.Started started) {
      return name + " " + started.attempt();
    } else if (item instanceof Retracted retracted) {
      return name + " " + retracted.attempt() + " until " + retracted.until();
    } else if (item instanceof ToCoordinator.Divided divided) {
      return name + " " + divided.attempt() + " at " + divided.at() + " " + divided.rest();
    } else if (item instanceof AttemptFailed failed) {
      return name
          + " "
          + failed.attempt()
          + " suspect "
          + failed.suspect()
          + " taken until "
          + failed.takenUntil()
          + " "
          + failed.failure().kind()
          + (failed.shared() ? " shared" : "");
    } else if (item instanceof Holding holding) {
      return name
          + " "
          + holding.claims().stream().map(c -> c.attempt() + " " + c.interval()).toList();
    }
    return name;
  }
}
