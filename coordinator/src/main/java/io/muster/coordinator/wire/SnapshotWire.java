package io.muster.coordinator.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.muster.coordinator.state.ClusterSnapshot;
import io.muster.coordinator.state.IntervalSet;
import io.muster.coordinator.state.JobError;
import io.muster.coordinator.state.JobState;
import io.muster.coordinator.state.JournalRecord;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.WorkerId;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.LinkWire;
import io.muster.protocol.wire.UnknownMessageException;
import io.muster.protocol.wire.v1.AttemptSnapshot;
import io.muster.protocol.wire.v1.JobSnapshot;
import io.muster.protocol.wire.v1.Snapshot;
import io.muster.protocol.wire.v1.Step;
import io.muster.protocol.wire.v1.Suspects;
import io.muster.protocol.wire.v1.TaskSet;
import io.muster.protocol.wire.v1.WorkerRegistered;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link ClusterSnapshot} as bytes, and back. */
public final class SnapshotWire {
  private SnapshotWire() {}

  public static byte[] toBytes(ClusterSnapshot snapshot) {
    var message =
        Snapshot.newBuilder().setLastJob(snapshot.lastJob()).setLastWorker(snapshot.lastWorker());
    snapshot.epochs().forEach(epoch -> message.addEpochs(JournalWire.toProto(epoch)));
    snapshot.jobs().forEach(job -> message.addJobs(toProto(job)));
    snapshot.workers().forEach(worker -> message.addWorkers(toProto(worker)));
    snapshot.attempts().forEach(attempt -> message.addAttempts(toProto(attempt)));
    return message.build().toByteArray();
  }

  /**
   * @throws UnknownMessageException when they were not written by {@link #toBytes}, or by a newer
   *     version
   */
  public static ClusterSnapshot fromBytes(byte[] bytes) {
    try {
      Snapshot message = Snapshot.parseFrom(bytes);
      return new ClusterSnapshot(
          message.getEpochsList().stream().map(JournalWire::fromProto).toList(),
          message.getLastJob(),
          message.getLastWorker(),
          message.getJobsList().stream().map(SnapshotWire::fromProto).toList(),
          message.getWorkersList().stream().map(SnapshotWire::fromProto).toList(),
          message.getAttemptsList().stream().map(SnapshotWire::fromProto).toList());
    } catch (UnknownMessageException e) {
      throw e;
    } catch (InvalidProtocolBufferException | RuntimeException e) { // whatever damage leads to
      String why = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw new UnknownMessageException("a snapshot that can't be read: " + why, e);
    }
  }

  private static JobSnapshot toProto(ClusterSnapshot.Job job) {
    var message =
        JobSnapshot.newBuilder()
            .setJob(job.id().value())
            .setSpec(JobSpecWire.toProto(job.spec()))
            .setSizes(JournalWire.toProto(job.sizes()))
            .setSubmitted(job.submitted())
            .setCount(job.count())
            .setInputsClosed(job.inputsClosed())
            .setStepDone(job.stepDone())
            .setStepDeaths(job.stepDeaths())
            .setLoadDeaths(job.loadDeaths())
            .setNanosPerTask(job.nanosPerTask())
            .setWaiting(TaskSetWire.toProto(job.waiting()))
            .setPausing(TaskSetWire.toProto(job.backingOff()))
            .setSucceeded(TaskSetWire.toProto(job.succeeded()))
            .setFailed(TaskSetWire.toProto(job.failed()))
            .setCancelled(TaskSetWire.toProto(job.cancelled()))
            .addAllTries(toProto(job.tries()))
            .addAllFailedTries(toProto(job.failedTries()))
            .addAllDeaths(toProto(job.deaths()));
    setEnds(message, job);
    for (ClusterSnapshot.Suspects suspects : job.suspects()) {
      message.addSuspects(
          Suspects.newBuilder()
              .setFrom(suspects.interval().from())
              .setUntil(suspects.interval().until())
              .setAtMost(suspects.atMost()));
    }
    return message.build();
  }

  private static void setEnds(JobSnapshot.Builder message, ClusterSnapshot.Job job) {
    Long started = job.started();
    if (started != null) {
      message.setStarted(started);
    }
    Long finished = job.finished();
    if (finished != null) {
      message.setFinished(finished);
    }
    JobState end = job.end();
    if (end != null) {
      message.setEnd(JournalWire.toProto(end));
    }
    JobError error = job.error();
    if (error != null) {
      message.setError(JournalWire.toProto(error));
    }
  }

  private static ClusterSnapshot.Job fromProto(JobSnapshot message) {
    @Nullable Long started = message.hasStarted() ? message.getStarted() : null;
    @Nullable Long finished = message.hasFinished() ? message.getFinished() : null;
    return new ClusterSnapshot.Job(
        new JobId(message.getJob()),
        JobSpecWire.fromProto(message.getSpec()),
        JournalWire.fromProto(message.getSizes()),
        message.getSubmitted(),
        started,
        finished,
        JournalWire.fromProto(message.getEnd()),
        message.hasError() ? JournalWire.fromProto(message.getError()) : null,
        message.getCount(),
        message.getInputsClosed(),
        message.getStepDone(),
        message.getStepDeaths(),
        message.getLoadDeaths(),
        message.getNanosPerTask(),
        TaskSetWire.fromProto(message.getWaiting()),
        TaskSetWire.fromProto(message.getPausing()),
        TaskSetWire.fromProto(message.getSucceeded()),
        TaskSetWire.fromProto(message.getFailed()),
        TaskSetWire.fromProto(message.getCancelled()),
        fromProto(message.getTriesList()),
        fromProto(message.getFailedTriesList()),
        fromProto(message.getDeathsList()),
        message.getSuspectsList().stream().map(SnapshotWire::fromProto).toList());
  }

  private static ClusterSnapshot.Suspects fromProto(Suspects message) {
    return new ClusterSnapshot.Suspects(
        new Interval(message.getFrom(), message.getUntil()), message.getAtMost());
  }

  private static List<TaskSet> toProto(List<IntervalSet> levels) {
    return levels.stream().map(TaskSetWire::toProto).toList();
  }

  private static List<IntervalSet> fromProto(List<TaskSet> levels) {
    return levels.stream().map(TaskSetWire::fromProto).toList();
  }

  private static WorkerRegistered toProto(ClusterSnapshot.Worker worker) {
    return JournalWire.toProto(
            new JournalRecord.WorkerRegistered(
                worker.id(),
                worker.incarnation(),
                worker.address(),
                worker.slots(),
                worker.ioLimit(),
                worker.taskMemory(),
                worker.labels(),
                worker.version(),
                worker.draining()))
        .toBuilder()
        .setLost(worker.lost())
        .build();
  }

  private static ClusterSnapshot.Worker fromProto(WorkerRegistered message) {
    JournalRecord.WorkerRegistered facts = JournalWire.fromProto(message);
    return new ClusterSnapshot.Worker(
        facts.worker(),
        facts.incarnation(),
        facts.address(),
        facts.slots(),
        facts.ioLimit(),
        facts.taskMemory(),
        facts.labels(),
        facts.version(),
        facts.draining(),
        message.getLost());
  }

  private static AttemptSnapshot toProto(ClusterSnapshot.Attempt attempt) {
    var message =
        AttemptSnapshot.newBuilder()
            .setAttempt(LinkWire.toProto(attempt.id()))
            .setJob(attempt.job().value())
            .setWorker(attempt.worker().value())
            .setFrom(attempt.interval().from())
            .setUntil(attempt.interval().until())
            .setStarted(attempt.started());
    var step = attempt.step();
    if (step != null) {
      message.setStep(LinkWire.toProto(step));
    }
    return message.build();
  }

  private static ClusterSnapshot.Attempt fromProto(AttemptSnapshot message) {
    return new ClusterSnapshot.Attempt(
        LinkWire.fromProto(message.getAttempt()),
        new JobId(message.getJob()),
        new WorkerId(message.getWorker()),
        new Interval(message.getFrom(), message.getUntil()),
        message.getStep() == Step.STEP_UNSPECIFIED ? null : LinkWire.fromProto(message.getStep()),
        message.getStarted());
  }
}
