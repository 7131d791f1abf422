package io.muster.protocol.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToWorker;
import io.muster.protocol.WorkerId;
import io.muster.protocol.wire.v1.Attempt;
import io.muster.protocol.wire.v1.Claim;
import io.muster.protocol.wire.v1.CoordinatorItem;
import io.muster.protocol.wire.v1.Step;
import io.muster.protocol.wire.v1.WorkerItem;
import java.util.List;
import java.util.Set;

/** What is said over a link, as messages. */
public final class LinkWire {
  private LinkWire() {}

  public static byte[] toBytes(ToWorker item) {
    return toProto(item).toByteArray();
  }

  public static byte[] toBytes(ToCoordinator item) {
    return toProto(item).toByteArray();
  }

  /**
   * @throws UnknownMessageException if this version does not know the item, or the bytes are none
   */
  public static ToWorker toWorker(byte[] item) {
    try {
      return fromProto(WorkerItem.parseFrom(UnsafeByteOperations.unsafeWrap(item)));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnknownMessageException("bytes that are no item for a worker", e);
    }
  }

  /**
   * @throws UnknownMessageException if this version does not know the item, or the bytes are none
   */
  public static ToCoordinator toCoordinator(byte[] item) {
    try {
      return fromProto(CoordinatorItem.parseFrom(UnsafeByteOperations.unsafeWrap(item)));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnknownMessageException("bytes that are no item for a coordinator", e);
    }
  }

  public static WorkerItem toProto(ToWorker item) {
    WorkerItem.Builder message = WorkerItem.newBuilder();
    if (item instanceof ToWorker.Prepare prepare) {
      message.setPrepare(
          WorkerItem.Prepare.newBuilder()
              .setJob(prepare.job().value())
              .setSpec(JobSpecWire.toProto(prepare.spec())));
    } else if (item instanceof ToWorker.Assign assign) {
      message.setAssign(toProto(assign));
    } else if (item instanceof ToWorker.Retract retract) {
      message.setRetract(
          WorkerItem.Retract.newBuilder()
              .setAttempt(toProto(retract.attempt()))
              .setKeepPermille(retract.keepPermille()));
    } else if (item instanceof ToWorker.Revoke revoke) {
      message.setRevoke(WorkerItem.Revoke.newBuilder().setAttempt(toProto(revoke.attempt())));
    } else if (item instanceof ToWorker.RunStep run) {
      message.setRunStep(
          WorkerItem.RunStep.newBuilder()
              .setAttempt(toProto(run.attempt()))
              .setJob(run.job().value())
              .setStep(toProto(run.step()))
              .setSkip(run.skip()));
    } else if (item instanceof ToWorker.JobOver over) {
      message.setJobOver(WorkerItem.JobOver.newBuilder().setJob(over.job().value()));
    } else if (item instanceof ToWorker.Drain) {
      message.setDrain(WorkerItem.Drain.getDefaultInstance());
    } else if (item instanceof ToWorker.StopTask stop) {
      message.setStopTask(
          WorkerItem.StopTask.newBuilder()
              .setAttempt(toProto(stop.attempt()))
              .setIndex(stop.index())
              .setOnlyWaiting(stop.onlyWaiting()));
    }
    return message.build();
  }

  private static WorkerItem.Assign toProto(ToWorker.Assign assign) {
    WorkerItem.Assign.Builder message =
        WorkerItem.Assign.newBuilder()
            .setAttempt(toProto(assign.attempt()))
            .setJob(assign.job().value())
            .setFrom(assign.interval().from())
            .setUntil(assign.interval().until())
            .setInputs(ValuesWire.toProto(assign.inputs()))
            .setAlone(assign.alone());
    for (int number : assign.tries()) {
      message.addTries(number);
    }
    return message.build();
  }

  /**
   * @throws UnknownMessageException if this version does not know the item
   */
  public static ToWorker fromProto(WorkerItem message) {
    return switch (message.getItemCase()) {
      case PREPARE ->
          new ToWorker.Prepare(
              new JobId(message.getPrepare().getJob()),
              JobSpecWire.fromProto(message.getPrepare().getSpec()));
      case ASSIGN -> {
        WorkerItem.Assign assign = message.getAssign();
        yield new ToWorker.Assign(
            fromProto(assign.getAttempt()),
            new JobId(assign.getJob()),
            new Interval(assign.getFrom(), assign.getUntil()),
            ValuesWire.fromProto(assign.getInputs()),
            OutcomesWire.ints(assign.getTriesList()),
            assign.getAlone());
      }
      case RETRACT ->
          new ToWorker.Retract(
              fromProto(message.getRetract().getAttempt()), message.getRetract().getKeepPermille());
      case REVOKE -> new ToWorker.Revoke(fromProto(message.getRevoke().getAttempt()));
      case RUN_STEP -> {
        WorkerItem.RunStep run = message.getRunStep();
        yield new ToWorker.RunStep(
            fromProto(run.getAttempt()),
            new JobId(run.getJob()),
            fromProto(run.getStep()),
            run.getSkip());
      }
      case JOB_OVER -> new ToWorker.JobOver(new JobId(message.getJobOver().getJob()));
      case DRAIN -> new ToWorker.Drain();
      case STOP_TASK ->
          new ToWorker.StopTask(
              fromProto(message.getStopTask().getAttempt()),
              message.getStopTask().getIndex(),
              message.getStopTask().getOnlyWaiting());
      case ITEM_NOT_SET -> throw unknown("for a worker", message.getUnknownFields());
    };
  }

  public static CoordinatorItem toProto(ToCoordinator item) {
    CoordinatorItem.Builder message = CoordinatorItem.newBuilder();
    if (item instanceof Outcomes outcomes) {
      message.setOutcomes(OutcomesWire.toProto(outcomes));
    } else if (item instanceof ToCoordinator.Started started) {
      message.setStarted(
          CoordinatorItem.Started.newBuilder().setAttempt(toProto(started.attempt())));
    } else if (item instanceof ToCoordinator.Retracted retracted) {
      message.setRetracted(
          CoordinatorItem.Retracted.newBuilder()
              .setAttempt(toProto(retracted.attempt()))
              .setUntil(retracted.until()));
    } else if (item instanceof ToCoordinator.AttemptFailed failed) {
      message.setAttemptFailed(
          CoordinatorItem.AttemptFailed.newBuilder()
              .setAttempt(toProto(failed.attempt()))
              .setSuspect(failed.suspect())
              .setTakenUntil(failed.takenUntil())
              .setFailure(FailureWire.toProto(failed.failure()))
              .setShared(failed.shared()));
    } else if (item instanceof ToCoordinator.Divided divided) {
      message.setDivided(
          CoordinatorItem.Divided.newBuilder()
              .setAttempt(toProto(divided.attempt()))
              .setAt(divided.at())
              .setRest(toProto(divided.rest())));
    } else if (item instanceof ToCoordinator.StepSucceeded step) {
      message.setStepSucceeded(
          CoordinatorItem.StepSucceeded.newBuilder()
              .setAttempt(toProto(step.attempt()))
              .setResult(ValuesWire.toProto(step.result())));
    } else if (item instanceof ToCoordinator.StepFailed step) {
      message.setStepFailed(
          CoordinatorItem.StepFailed.newBuilder()
              .setAttempt(toProto(step.attempt()))
              .setFailure(FailureWire.toProto(step.failure())));
    } else if (item instanceof ToCoordinator.Logged logged) {
      message.setLogged(
          CoordinatorItem.Logged.newBuilder()
              .setJob(logged.job().value())
              .setIndex(logged.index())
              .setTry(logged.tryNumber())
              .setStderr(logged.stream() == LogStream.STDERR)
              .setBytes(UnsafeByteOperations.unsafeWrap(logged.bytes())));
    } else if (item instanceof ToCoordinator.Holding holding) {
      CoordinatorItem.Holding.Builder claims = CoordinatorItem.Holding.newBuilder();
      holding.claims().forEach(claim -> claims.addClaims(toProto(claim)));
      message.setHolding(claims);
    } else if (item instanceof ToCoordinator.Draining) {
      message.setDraining(CoordinatorItem.Draining.getDefaultInstance());
    } else if (item instanceof ToCoordinator.Leaving) {
      message.setLeaving(CoordinatorItem.Leaving.getDefaultInstance());
    }
    return message.build();
  }

  /**
   * @throws UnknownMessageException if this version does not know the item
   */
  public static ToCoordinator fromProto(CoordinatorItem message) {
    return switch (message.getItemCase()) {
      case OUTCOMES -> OutcomesWire.fromProto(message.getOutcomes());
      case STARTED -> new ToCoordinator.Started(fromProto(message.getStarted().getAttempt()));
      case RETRACTED ->
          new ToCoordinator.Retracted(
              fromProto(message.getRetracted().getAttempt()), message.getRetracted().getUntil());
      case ATTEMPT_FAILED -> {
        CoordinatorItem.AttemptFailed failed = message.getAttemptFailed();
        yield new ToCoordinator.AttemptFailed(
            fromProto(failed.getAttempt()),
            failed.getSuspect(),
            failed.getTakenUntil(),
            FailureWire.fromProto(failed.getFailure()),
            failed.getShared());
      }
      case DIVIDED -> {
        CoordinatorItem.Divided divided = message.getDivided();
        yield new ToCoordinator.Divided(
            fromProto(divided.getAttempt()), divided.getAt(), fromProto(divided.getRest()));
      }
      case STEP_SUCCEEDED ->
          new ToCoordinator.StepSucceeded(
              fromProto(message.getStepSucceeded().getAttempt()),
              ValuesWire.fromProto(message.getStepSucceeded().getResult()));
      case STEP_FAILED ->
          new ToCoordinator.StepFailed(
              fromProto(message.getStepFailed().getAttempt()),
              FailureWire.fromProto(message.getStepFailed().getFailure()));
      case LOGGED -> {
        CoordinatorItem.Logged logged = message.getLogged();
        yield new ToCoordinator.Logged(
            new JobId(logged.getJob()),
            logged.getIndex(),
            logged.getTry(),
            logged.getStderr() ? LogStream.STDERR : LogStream.STDOUT,
            logged.getBytes().toByteArray());
      }
      case HOLDING -> new ToCoordinator.Holding(claims(message.getHolding().getClaimsList()));
      case DRAINING -> new ToCoordinator.Draining();
      case LEAVING -> new ToCoordinator.Leaving();
      case ITEM_NOT_SET -> throw unknown("for the coordinator", message.getUnknownFields());
    };
  }

  public static io.muster.protocol.wire.v1.Registration toProto(Registration registration) {
    var message =
        io.muster.protocol.wire.v1.Registration.newBuilder()
            .setIncarnation(registration.incarnation())
            .setAddress(registration.address())
            .setSlots(registration.slots())
            .setIoLimit(registration.ioLimit())
            .setTaskMemory(registration.taskMemory())
            .addAllLabels(PairsWire.toProto(registration.labels()))
            .setVersion(registration.version())
            .setProtocolVersion(registration.protocolVersion())
            .addAllFeatures(registration.features())
            .setDraining(registration.draining());
    if (registration.id() != null) {
      message.setId(registration.id().value());
    }
    if (registration.journal() != null) {
      message.setJournal(registration.journal());
    }
    registration.claims().forEach(claim -> message.addClaims(toProto(claim)));
    return message.build();
  }

  public static Registration fromProto(io.muster.protocol.wire.v1.Registration message) {
    return new Registration(
        message.getIncarnation(),
        message.hasId() ? new WorkerId(message.getId()) : null,
        message.hasJournal() ? message.getJournal() : null,
        message.getAddress(),
        message.getSlots(),
        message.getIoLimit(),
        message.getTaskMemory(),
        PairsWire.fromProto(message.getLabelsList()),
        message.getVersion(),
        message.getProtocolVersion(),
        Set.copyOf(message.getFeaturesList()),
        message.getDraining(),
        claims(message.getClaimsList()));
  }

  public static io.muster.protocol.wire.v1.RegistrationReply toProto(RegistrationReply reply) {
    var message = io.muster.protocol.wire.v1.RegistrationReply.newBuilder();
    if (reply instanceof RegistrationReply.Welcome welcome) {
      message.setWelcome(
          io.muster.protocol.wire.v1.RegistrationReply.Welcome.newBuilder()
              .setId(welcome.id().value())
              .setEpoch(welcome.epoch())
              .setJournal(welcome.journal()));
    } else if (reply instanceof RegistrationReply.Refused refused) {
      message.setRefused(
          io.muster.protocol.wire.v1.RegistrationReply.Refused.newBuilder()
              .setReason(refused.reason()));
    } else if (reply instanceof RegistrationReply.NotActive) {
      message.setNotActive(
          io.muster.protocol.wire.v1.RegistrationReply.NotActive.getDefaultInstance());
    }
    return message.build();
  }

  public static RegistrationReply fromProto(io.muster.protocol.wire.v1.RegistrationReply message) {
    return switch (message.getReplyCase()) {
      case WELCOME ->
          new RegistrationReply.Welcome(
              new WorkerId(message.getWelcome().getId()),
              message.getWelcome().getEpoch(),
              message.getWelcome().getJournal());
      case REFUSED -> new RegistrationReply.Refused(message.getRefused().getReason());
      case NOT_ACTIVE -> new RegistrationReply.NotActive();
      case REPLY_NOT_SET ->
          throw unknown("in answer to a registration", message.getUnknownFields());
    };
  }

  public static Attempt toProto(AttemptId attempt) {
    return Attempt.newBuilder().setEpoch(attempt.epoch()).setNumber(attempt.number()).build();
  }

  public static AttemptId fromProto(Attempt message) {
    return new AttemptId(message.getEpoch(), message.getNumber());
  }

  public static Step toProto(ToWorker.Step step) {
    return switch (step) {
      case SPLIT -> Step.STEP_SPLIT;
      case COMBINE -> Step.STEP_COMBINE;
      case REDUCE -> Step.STEP_REDUCE;
    };
  }

  public static ToWorker.Step fromProto(Step step) {
    return switch (step) {
      case STEP_SPLIT -> ToWorker.Step.SPLIT;
      case STEP_COMBINE -> ToWorker.Step.COMBINE;
      case STEP_REDUCE -> ToWorker.Step.REDUCE;
      case STEP_UNSPECIFIED, UNRECOGNIZED -> throw new UnknownMessageException("an unknown step");
    };
  }

  private static Claim toProto(ToCoordinator.Claim claim) {
    return Claim.newBuilder()
        .setAttempt(toProto(claim.attempt()))
        .setJob(claim.job().value())
        .setFrom(claim.interval().from())
        .setUntil(claim.interval().until())
        .setStarted(claim.started())
        .build();
  }

  private static List<ToCoordinator.Claim> claims(List<Claim> messages) {
    return messages.stream()
        .map(
            claim ->
                new ToCoordinator.Claim(
                    fromProto(claim.getAttempt()),
                    new JobId(claim.getJob()),
                    new Interval(claim.getFrom(), claim.getUntil()),
                    claim.getStarted()))
        .toList();
  }

  static UnknownMessageException unknown(
      String where, com.google.protobuf.UnknownFieldSet unknownFields) {
    return new UnknownMessageException(
        "a message "
            + where
            + " that this version does not know: field "
            + unknownFields.asMap().keySet());
  }
}
