package io.muster.protocol.wire;

import com.google.protobuf.UnsafeByteOperations;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.wire.v1.CallsProgram;
import io.muster.protocol.wire.v1.CommandProgram;
import io.muster.protocol.wire.v1.IoProgram;
import io.muster.protocol.wire.v1.JavaProgram;
import io.muster.protocol.wire.v1.ListedInputs;
import io.muster.protocol.wire.v1.NoInputs;
import io.muster.protocol.wire.v1.OpenInputs;
import io.muster.protocol.wire.v1.PipelineProgram;
import io.muster.protocol.wire.v1.RangeInputs;
import io.muster.protocol.wire.v1.Shape;
import io.muster.protocol.wire.v1.SplitInputs;
import java.time.Duration;
import java.util.List;

/** {@link JobSpec} as a message. */
public final class JobSpecWire {
  private JobSpecWire() {}

  public static io.muster.protocol.wire.v1.JobSpec toProto(JobSpec spec) {
    var message =
        io.muster.protocol.wire.v1.JobSpec.newBuilder()
            .setRequestId(spec.requestId())
            .setName(spec.name())
            .setUser(spec.user())
            .setSession(spec.session())
            .setPolicy(toProto(spec.policy()));
    setProgram(message, spec.program());
    setInputs(message, spec.inputs());
    JobSpec.PartOf partOf = spec.partOf();
    if (partOf != null) {
      message
          .setParent(partOf.pipeline().value())
          .setStage(partOf.stage())
          .setStageNumber(partOf.number());
    }
    return message.build();
  }

  public static JobSpec fromProto(io.muster.protocol.wire.v1.JobSpec message) {
    return new JobSpec(
        message.getRequestId(),
        message.getName(),
        message.getUser(),
        program(message),
        inputs(message),
        fromProto(message.getPolicy()),
        message.getSession(),
        message.getParent() == 0
            ? null
            : new JobSpec.PartOf(
                new JobId(message.getParent()), message.getStage(), message.getStageNumber()));
  }

  private static void setProgram(
      io.muster.protocol.wire.v1.JobSpec.Builder message, Program program) {
    if (program instanceof Program.Java java) {
      var built =
          JavaProgram.newBuilder()
              .setClassName(java.className())
              .setShape(toProto(java.shape()))
              .addAllArgs(PairsWire.toProto(java.args()));
      java.jars().forEach(jar -> built.addJars(ValuesWire.toProto(jar)));
      message.setJava(built);
    } else if (program instanceof Program.Command command) {
      var built =
          CommandProgram.newBuilder()
              .addAllArgv(command.argv())
              .setStdin(command.stdin())
              .setCwd(command.cwd());
      command.with().forEach(file -> built.addWith(ValuesWire.toProto(file)));
      message.setCommand(built);
    } else if (program instanceof Program.Calls calls) {
      var built =
          CallsProgram.newBuilder()
              .setSetup(UnsafeByteOperations.unsafeWrap(calls.setup()))
              .setTasksPerProcess(calls.tasksPerProcess())
              .setIo(calls.io());
      calls.jars().forEach(jar -> built.addJars(ValuesWire.toProto(jar)));
      message.setCalls(built);
    } else if (program instanceof Program.Pipeline pipeline) {
      var built = PipelineProgram.newBuilder();
      pipeline.stages().forEach(stage -> built.addStages(toProto(stage)));
      message.setPipeline(built);
    } else if (program instanceof Program.Io io) {
      message.setIo(
          IoProgram.newBuilder().setName(io.name()).addAllArgs(PairsWire.toProto(io.args())));
    }
  }

  private static io.muster.protocol.wire.v1.JobSpec toProto(Program.Pipeline.Stage stage) {
    var message =
        io.muster.protocol.wire.v1.JobSpec.newBuilder()
            .setName(stage.name())
            .setPolicy(toProto(stage.policy()));
    setProgram(message, stage.program());
    return message.build();
  }

  private static Program.Pipeline.Stage stage(io.muster.protocol.wire.v1.JobSpec message) {
    return new Program.Pipeline.Stage(
        message.getName(), program(message), fromProto(message.getPolicy()));
  }

  private static Program program(io.muster.protocol.wire.v1.JobSpec message) {
    return switch (message.getProgramCase()) {
      case JAVA -> {
        JavaProgram java = message.getJava();
        yield new Program.Java(
            blobs(java.getJarsList()),
            java.getClassName(),
            fromProto(java.getShape()),
            PairsWire.fromProto(java.getArgsList()));
      }
      case COMMAND -> {
        CommandProgram command = message.getCommand();
        yield new Program.Command(
            List.copyOf(command.getArgvList()),
            command.getStdin(),
            command.getCwd(),
            blobs(command.getWithList()));
      }
      case CALLS ->
          new Program.Calls(
              blobs(message.getCalls().getJarsList()),
              message.getCalls().getSetup().toByteArray(),
              message.getCalls().getTasksPerProcess(),
              message.getCalls().getIo());
      case IO ->
          new Program.Io(
              message.getIo().getName(), PairsWire.fromProto(message.getIo().getArgsList()));
      case PIPELINE ->
          new Program.Pipeline(
              message.getPipeline().getStagesList().stream().map(JobSpecWire::stage).toList());
      case PROGRAM_NOT_SET -> throw new UnknownMessageException("a job without a known program");
    };
  }

  private static List<BlobRef> blobs(List<io.muster.protocol.wire.v1.BlobRef> messages) {
    return messages.stream().map(ValuesWire::fromProto).toList();
  }

  private static void setInputs(io.muster.protocol.wire.v1.JobSpec.Builder message, Inputs inputs) {
    if (inputs instanceof Inputs.None) {
      message.setNone(NoInputs.getDefaultInstance());
    } else if (inputs instanceof Inputs.Range range) {
      message.setRange(
          RangeInputs.newBuilder()
              .setFrom(range.from())
              .setUntil(range.until())
              .setPiece(range.piece()));
    } else if (inputs instanceof Inputs.Listed listed) {
      message.setListed(ListedInputs.newBuilder().setCount(listed.count()));
    } else if (inputs instanceof Inputs.Open) {
      message.setOpen(OpenInputs.getDefaultInstance());
    } else if (inputs instanceof Inputs.Split) {
      message.setSplit(SplitInputs.getDefaultInstance());
    }
  }

  private static Inputs inputs(io.muster.protocol.wire.v1.JobSpec message) {
    return switch (message.getInputsCase()) {
      case NONE -> new Inputs.None();
      case RANGE ->
          new Inputs.Range(
              message.getRange().getFrom(),
              message.getRange().getUntil(),
              message.getRange().getPiece());
      case LISTED -> new Inputs.Listed(message.getListed().getCount());
      case OPEN -> new Inputs.Open();
      case SPLIT -> new Inputs.Split();
      case INPUTS_NOT_SET -> throw new UnknownMessageException("a job without known inputs");
    };
  }

  private static Shape toProto(Program.Shape shape) {
    return switch (shape) {
      case TASK -> Shape.SHAPE_TASK;
      case PIECES -> Shape.SHAPE_PIECES;
      case COMBINING_RANGE -> Shape.SHAPE_COMBINING_RANGE;
      case JOB -> Shape.SHAPE_JOB;
      case IO -> Shape.SHAPE_IO;
    };
  }

  private static Program.Shape fromProto(Shape shape) {
    return switch (shape) {
      case SHAPE_TASK -> Program.Shape.TASK;
      case SHAPE_PIECES -> Program.Shape.PIECES;
      case SHAPE_COMBINING_RANGE -> Program.Shape.COMBINING_RANGE;
      case SHAPE_JOB -> Program.Shape.JOB;
      case SHAPE_IO -> Program.Shape.IO;
      case UNRECOGNIZED -> throw new UnknownMessageException("a program of an unknown shape");
    };
  }

  private static io.muster.protocol.wire.v1.Policy toProto(Policy policy) {
    var message =
        io.muster.protocol.wire.v1.Policy.newBuilder()
            .setRetries(policy.retries())
            .setCrashLimit(policy.crashLimit())
            .setMaxFailures(policy.maxFailures())
            .setChunk(policy.chunk())
            .setLimit(policy.limit())
            .setRate(policy.rate())
            .setPriority(policy.priority())
            .setMemory(policy.memory())
            .addAllWhere(PairsWire.toProto(policy.where()))
            .addAllEnv(PairsWire.toProto(policy.env()))
            .setLogLimit(policy.logLimit())
            .setResultLimit(policy.resultLimit())
            .setBackoffNanos(policy.backoff().toNanos())
            .setLimitPerKey(policy.keys().limit())
            .setCircuit(policy.keys().circuit())
            .setFlatten(policy.flatten());
    if (policy.timeout() != null) {
      message.setTimeoutNanos(policy.timeout().toNanos());
    }
    return message.build();
  }

  private static Policy fromProto(io.muster.protocol.wire.v1.Policy message) {
    return new Policy(
        message.hasTimeoutNanos() ? Duration.ofNanos(message.getTimeoutNanos()) : null,
        message.getRetries(),
        message.getCrashLimit(),
        message.getMaxFailures(),
        message.getChunk(),
        message.getLimit(),
        message.getRate(),
        message.getPriority(),
        message.getMemory(),
        PairsWire.fromProto(message.getWhereList()),
        PairsWire.fromProto(message.getEnvList()),
        message.getLogLimit(),
        message.getResultLimit(),
        Duration.ofNanos(message.getBackoffNanos()),
        new Policy.Keys(message.getLimitPerKey(), message.getCircuit()),
        message.getFlatten());
  }
}
