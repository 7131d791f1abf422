package io.muster.coordinator.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.state.JobError;
import io.muster.coordinator.state.JobState;
import io.muster.coordinator.state.JournalRecord;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.WorkerId;
import io.muster.protocol.wire.FailureWire;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.LinkWire;
import io.muster.protocol.wire.PairsWire;
import io.muster.protocol.wire.UnknownMessageException;
import io.muster.protocol.wire.v1.AttemptStarted;
import io.muster.protocol.wire.v1.ChunkAssigned;
import io.muster.protocol.wire.v1.ChunkBroken;
import io.muster.protocol.wire.v1.ChunkCut;
import io.muster.protocol.wire.v1.ChunkDivided;
import io.muster.protocol.wire.v1.EpochOpened;
import io.muster.protocol.wire.v1.InputMarks;
import io.muster.protocol.wire.v1.InputsAppended;
import io.muster.protocol.wire.v1.InputsClosed;
import io.muster.protocol.wire.v1.JobEnded;
import io.muster.protocol.wire.v1.JobForgotten;
import io.muster.protocol.wire.v1.JobRetried;
import io.muster.protocol.wire.v1.JobStarted;
import io.muster.protocol.wire.v1.JobSubmitted;
import io.muster.protocol.wire.v1.JournalGroup;
import io.muster.protocol.wire.v1.LoadDied;
import io.muster.protocol.wire.v1.StepAssigned;
import io.muster.protocol.wire.v1.StepBroken;
import io.muster.protocol.wire.v1.StepFinished;
import io.muster.protocol.wire.v1.TasksEnded;
import io.muster.protocol.wire.v1.WorkerDraining;
import io.muster.protocol.wire.v1.WorkerLost;
import io.muster.protocol.wire.v1.WorkerRegistered;
import io.muster.protocol.wire.v1.WorkerRemoved;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Groups of {@link JournalRecord} as bytes, and back. */
public final class JournalWire {
  private JournalWire() {}

  public static byte[] toBytes(List<JournalRecord> records) {
    var group = JournalGroup.newBuilder();
    records.forEach(record -> group.addRecords(toProto(record)));
    return group.build().toByteArray();
  }

  /**
   * @throws UnknownMessageException when they were not written by {@link #toBytes}, or by a newer
   *     version
   */
  public static List<JournalRecord> fromBytes(byte[] bytes) {
    try {
      return JournalGroup.parseFrom(bytes).getRecordsList().stream()
          .map(JournalWire::fromProto)
          .toList();
    } catch (UnknownMessageException e) {
      throw e;
    } catch (InvalidProtocolBufferException | RuntimeException e) { // whatever damage leads to
      String why = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw new UnknownMessageException("a journal record that can't be read: " + why, e);
    }
  }

  static io.muster.protocol.wire.v1.JournalRecord toProto(JournalRecord record) {
    var message = io.muster.protocol.wire.v1.JournalRecord.newBuilder();
    if (record instanceof JournalRecord.EpochOpened opened) {
      message.setEpochOpened(toProto(opened));
    } else if (record instanceof JournalRecord.JobSubmitted r) {
      message.setJobSubmitted(
          JobSubmitted.newBuilder()
              .setJob(r.job().value())
              .setSpec(JobSpecWire.toProto(r.spec()))
              .setSizes(toProto(r.sizes()))
              .setAt(r.at()));
    } else if (record instanceof JournalRecord.InputsAppended r) {
      message.setInputsAppended(
          InputsAppended.newBuilder()
              .setJob(r.job().value())
              .setFrom(r.from())
              .setSizes(toProto(r.sizes())));
    } else if (record instanceof JournalRecord.InputsClosed r) {
      message.setInputsClosed(InputsClosed.newBuilder().setJob(r.job().value()));
    } else if (record instanceof JournalRecord.JobStarted r) {
      message.setJobStarted(JobStarted.newBuilder().setJob(r.job().value()).setAt(r.at()));
    } else if (record instanceof JournalRecord.JobEnded r) {
      message.setJobEnded(toProto(r));
    } else if (record instanceof JournalRecord.JobRetried r) {
      message.setJobRetried(JobRetried.newBuilder().setJob(r.job().value()).setAt(r.at()));
    } else if (record instanceof JournalRecord.JobForgotten r) {
      message.setJobForgotten(JobForgotten.newBuilder().setJob(r.job().value()));
    } else if (record instanceof JournalRecord.WorkerRegistered r) {
      message.setWorkerRegistered(toProto(r));
    } else if (record instanceof JournalRecord.WorkerDraining r) {
      message.setWorkerDraining(WorkerDraining.newBuilder().setWorker(r.worker().value()));
    } else if (record instanceof JournalRecord.WorkerLost r) {
      message.setWorkerLost(WorkerLost.newBuilder().setWorker(r.worker().value()).setAt(r.at()));
    } else if (record instanceof JournalRecord.WorkerRemoved r) {
      message.setWorkerRemoved(WorkerRemoved.newBuilder().setWorker(r.worker().value()));
    } else {
      setAttempt(message, record);
    }
    return message.build();
  }

  private static void setAttempt(
      io.muster.protocol.wire.v1.JournalRecord.Builder message, JournalRecord record) {
    if (record instanceof JournalRecord.ChunkAssigned r) {
      message.setChunkAssigned(
          ChunkAssigned.newBuilder()
              .setAttempt(LinkWire.toProto(r.attempt()))
              .setJob(r.job().value())
              .setWorker(r.worker().value())
              .setFrom(r.interval().from())
              .setUntil(r.interval().until()));
    } else if (record instanceof JournalRecord.AttemptStarted r) {
      message.setAttemptStarted(
          AttemptStarted.newBuilder().setAttempt(LinkWire.toProto(r.attempt())));
    } else if (record instanceof JournalRecord.TasksEnded r) {
      message.setTasksEnded(toProto(r));
    } else if (record instanceof JournalRecord.ChunkCut r) {
      message.setChunkCut(
          ChunkCut.newBuilder().setAttempt(LinkWire.toProto(r.attempt())).setUntil(r.until()));
    } else if (record instanceof JournalRecord.ChunkDivided r) {
      message.setChunkDivided(
          ChunkDivided.newBuilder()
              .setAttempt(LinkWire.toProto(r.attempt()))
              .setAt(r.at())
              .setRest(LinkWire.toProto(r.rest())));
    } else if (record instanceof JournalRecord.ChunkBroken r) {
      message.setChunkBroken(toProto(r));
    } else if (record instanceof JournalRecord.LoadDied r) {
      message.setLoadDied(LoadDied.newBuilder().setJob(r.job().value()).setTimes(r.times()));
    } else if (record instanceof JournalRecord.StepAssigned r) {
      message.setStepAssigned(
          StepAssigned.newBuilder()
              .setAttempt(LinkWire.toProto(r.attempt()))
              .setJob(r.job().value())
              .setWorker(r.worker().value())
              .setStep(LinkWire.toProto(r.step())));
    } else if (record instanceof JournalRecord.StepSucceeded r) {
      message.setStepSucceeded(StepFinished.newBuilder().setAttempt(LinkWire.toProto(r.attempt())));
    } else if (record instanceof JournalRecord.StepBroken r) {
      message.setStepBroken(
          StepBroken.newBuilder().setAttempt(LinkWire.toProto(r.attempt())).setDeath(r.death()));
    } else {
      throw new IllegalStateException("no message for " + record);
    }
  }

  static JournalRecord fromProto(io.muster.protocol.wire.v1.JournalRecord message) {
    return switch (message.getRecordCase()) {
      case EPOCH_OPENED -> fromProto(message.getEpochOpened());
      case JOB_SUBMITTED -> {
        JobSubmitted m = message.getJobSubmitted();
        yield new JournalRecord.JobSubmitted(
            new JobId(m.getJob()),
            JobSpecWire.fromProto(m.getSpec()),
            fromProto(m.getSizes()),
            m.getAt());
      }
      case INPUTS_APPENDED -> {
        InputsAppended m = message.getInputsAppended();
        yield new JournalRecord.InputsAppended(
            new JobId(m.getJob()), m.getFrom(), fromProto(m.getSizes()));
      }
      case INPUTS_CLOSED ->
          new JournalRecord.InputsClosed(new JobId(message.getInputsClosed().getJob()));
      case JOB_STARTED ->
          new JournalRecord.JobStarted(
              new JobId(message.getJobStarted().getJob()), message.getJobStarted().getAt());
      case JOB_ENDED -> fromProto(message.getJobEnded());
      case JOB_RETRIED ->
          new JournalRecord.JobRetried(
              new JobId(message.getJobRetried().getJob()), message.getJobRetried().getAt());
      case JOB_FORGOTTEN ->
          new JournalRecord.JobForgotten(new JobId(message.getJobForgotten().getJob()));
      case WORKER_REGISTERED -> fromProto(message.getWorkerRegistered());
      case WORKER_DRAINING ->
          new JournalRecord.WorkerDraining(new WorkerId(message.getWorkerDraining().getWorker()));
      case WORKER_LOST ->
          new JournalRecord.WorkerLost(
              new WorkerId(message.getWorkerLost().getWorker()), message.getWorkerLost().getAt());
      case WORKER_REMOVED ->
          new JournalRecord.WorkerRemoved(new WorkerId(message.getWorkerRemoved().getWorker()));
      case CHUNK_ASSIGNED -> {
        ChunkAssigned m = message.getChunkAssigned();
        yield new JournalRecord.ChunkAssigned(
            LinkWire.fromProto(m.getAttempt()),
            new JobId(m.getJob()),
            new WorkerId(m.getWorker()),
            new Interval(m.getFrom(), m.getUntil()));
      }
      case ATTEMPT_STARTED ->
          new JournalRecord.AttemptStarted(
              LinkWire.fromProto(message.getAttemptStarted().getAttempt()));
      case TASKS_ENDED -> fromProto(message.getTasksEnded());
      case CHUNK_CUT ->
          new JournalRecord.ChunkCut(
              LinkWire.fromProto(message.getChunkCut().getAttempt()),
              message.getChunkCut().getUntil());
      case CHUNK_DIVIDED -> {
        ChunkDivided m = message.getChunkDivided();
        yield new JournalRecord.ChunkDivided(
            LinkWire.fromProto(m.getAttempt()), m.getAt(), LinkWire.fromProto(m.getRest()));
      }
      case CHUNK_BROKEN -> fromProto(message.getChunkBroken());
      case LOAD_DIED ->
          new JournalRecord.LoadDied(
              new JobId(message.getLoadDied().getJob()), message.getLoadDied().getTimes());
      case STEP_ASSIGNED -> {
        StepAssigned m = message.getStepAssigned();
        yield new JournalRecord.StepAssigned(
            LinkWire.fromProto(m.getAttempt()),
            new JobId(m.getJob()),
            new WorkerId(m.getWorker()),
            LinkWire.fromProto(m.getStep()));
      }
      case STEP_SUCCEEDED ->
          new JournalRecord.StepSucceeded(
              LinkWire.fromProto(message.getStepSucceeded().getAttempt()));
      case STEP_BROKEN ->
          new JournalRecord.StepBroken(
              LinkWire.fromProto(message.getStepBroken().getAttempt()),
              message.getStepBroken().getDeath());
      case RECORD_NOT_SET ->
          throw new UnknownMessageException("a journal record of a kind that is not known");
    };
  }

  static EpochOpened toProto(JournalRecord.EpochOpened opened) {
    return EpochOpened.newBuilder()
        .setEpoch(opened.epoch())
        .setJournal(opened.journal())
        .setFirstSequence(opened.firstSequence())
        .setAt(opened.at())
        .build();
  }

  static JournalRecord.EpochOpened fromProto(EpochOpened message) {
    return new JournalRecord.EpochOpened(
        message.getEpoch(), message.getJournal(), message.getFirstSequence(), message.getAt());
  }

  private static JobEnded toProto(JournalRecord.JobEnded ended) {
    var message =
        JobEnded.newBuilder()
            .setJob(ended.job().value())
            .setState(toProto(ended.state()))
            .setAt(ended.at());
    JobError error = ended.error();
    if (error != null) {
      message.setError(toProto(error));
    }
    return message.build();
  }

  private static JournalRecord.JobEnded fromProto(JobEnded message) {
    JobState state = fromProto(message.getState());
    if (state == null || !state.isEnd()) {
      throw new UnknownMessageException("a job that ended in no state that ends it");
    }
    JobError error = message.hasError() ? fromProto(message.getError()) : null;
    return new JournalRecord.JobEnded(new JobId(message.getJob()), state, error, message.getAt());
  }

  static WorkerRegistered toProto(JournalRecord.WorkerRegistered worker) {
    return WorkerRegistered.newBuilder()
        .setWorker(worker.worker().value())
        .setIncarnation(worker.incarnation())
        .setAddress(worker.address())
        .setSlots(worker.slots())
        .setIoLimit(worker.ioLimit())
        .setTaskMemory(worker.taskMemory())
        .addAllLabels(PairsWire.toProto(worker.labels()))
        .setVersion(worker.version())
        .setDraining(worker.draining())
        .build();
  }

  static JournalRecord.WorkerRegistered fromProto(WorkerRegistered message) {
    return new JournalRecord.WorkerRegistered(
        new WorkerId(message.getWorker()),
        message.getIncarnation(),
        message.getAddress(),
        message.getSlots(),
        message.getIoLimit(),
        message.getTaskMemory(),
        PairsWire.fromProto(message.getLabelsList()),
        message.getVersion(),
        message.getDraining());
  }

  private static TasksEnded toProto(JournalRecord.TasksEnded ended) {
    return TasksEnded.newBuilder()
        .setAttempt(LinkWire.toProto(ended.attempt()))
        .setFrom(ended.interval().from())
        .setUntil(ended.interval().until())
        .setCombined(ended.combined())
        .addAllFailed(Offsets.toDistances(ended.failed()))
        .addAllRetried(Offsets.toDistances(ended.retried()))
        .addAllDied(Offsets.toDistances(ended.died()))
        .setElapsedNanos(ended.elapsedNanos())
        .build();
  }

  private static JournalRecord.TasksEnded fromProto(TasksEnded message) {
    return new JournalRecord.TasksEnded(
        LinkWire.fromProto(message.getAttempt()),
        new Interval(message.getFrom(), message.getUntil()),
        message.getCombined(),
        Offsets.fromDistances(message.getFailedList()),
        Offsets.fromDistances(message.getRetriedList()),
        Offsets.fromDistances(message.getDiedList()),
        message.getElapsedNanos());
  }

  private static ChunkBroken toProto(JournalRecord.ChunkBroken broken) {
    var message =
        ChunkBroken.newBuilder()
            .setAttempt(LinkWire.toProto(broken.attempt()))
            .setTakenUntil(broken.takenUntil())
            .setDeath(broken.death())
            .setFailed(broken.failed())
            .setAtMost(broken.atMost());
    if (broken.suspect() >= 0) {
      message.setSuspect(broken.suspect());
    }
    if (broken.halvedUntil() >= 0) {
      message.setHalvedUntil(broken.halvedUntil());
    }
    return message.build();
  }

  private static JournalRecord.ChunkBroken fromProto(ChunkBroken message) {
    return new JournalRecord.ChunkBroken(
        LinkWire.fromProto(message.getAttempt()),
        message.getTakenUntil(),
        message.hasSuspect() ? message.getSuspect() : -1,
        message.getDeath(),
        message.getFailed(),
        message.hasHalvedUntil() ? message.getHalvedUntil() : -1,
        message.getAtMost());
  }

  static InputMarks toProto(InputSizes sizes) {
    var message = InputMarks.newBuilder();
    for (long mark : sizes.marks()) {
      message.addMarks(mark);
    }
    return message.build();
  }

  static InputSizes fromProto(InputMarks message) {
    return InputSizes.ofMarks(message.getMarksList().stream().mapToLong(Long::longValue).toArray());
  }

  static io.muster.protocol.wire.v1.JobError toProto(JobError error) {
    return io.muster.protocol.wire.v1.JobError.newBuilder()
        .setPhase(error.phase().name().toLowerCase(Locale.ROOT))
        .setFailure(FailureWire.toProto(error.failure()))
        .build();
  }

  static JobError fromProto(io.muster.protocol.wire.v1.JobError message) {
    return new JobError(
        JobError.Phase.valueOf(message.getPhase().toUpperCase(Locale.ROOT)),
        FailureWire.fromProto(message.getFailure()));
  }

  static io.muster.protocol.wire.v1.JobState toProto(JobState state) {
    return io.muster.protocol.wire.v1.JobState.valueOf("JOB_STATE_" + state.name());
  }

  static @Nullable JobState fromProto(io.muster.protocol.wire.v1.JobState state) {
    return switch (state) {
      case JOB_STATE_WAITING -> JobState.WAITING;
      case JOB_STATE_RUNNING -> JobState.RUNNING;
      case JOB_STATE_OPEN -> JobState.OPEN;
      case JOB_STATE_SUCCEEDED -> JobState.SUCCEEDED;
      case JOB_STATE_FAILED -> JobState.FAILED;
      case JOB_STATE_CANCELLED -> JobState.CANCELLED;
      case JOB_STATE_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }
}
