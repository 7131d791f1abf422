package io.muster.protocol.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.v1.ProcessCommand;
import io.muster.protocol.wire.v1.ProcessReport;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The task-process protocol on a byte stream: each message behind its length as a varint. Reading
 * and writing block; one thread at a time may read, one may write. Callers buffer and flush.
 */
public final class ProcessWire {
  /** The largest message either side takes, in bytes. */
  public static final int MAX_MESSAGE = 64 << 20;

  private ProcessWire() {}

  public static void write(ToProcess command, OutputStream out) throws IOException {
    toProto(command).writeDelimitedTo(out);
  }

  public static void write(FromProcess report, OutputStream out) throws IOException {
    toProto(report).writeDelimitedTo(out);
  }

  /**
   * The next command, or null at the end of the stream.
   *
   * @throws UnknownMessageException if the bytes are no message that this version knows
   * @throws EOFException if the stream ends within a message
   */
  public static @Nullable ToProcess readCommand(InputStream in) throws IOException {
    byte[] bytes = readFrame(in);
    if (bytes == null) {
      return null;
    }
    try {
      return fromProto(ProcessCommand.parseFrom(UnsafeByteOperations.unsafeWrap(bytes)));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnknownMessageException("bytes that are no command to a task process", e);
    }
  }

  /**
   * The next report, or null at the end of the stream.
   *
   * @throws UnknownMessageException if the bytes are no message that this version knows
   * @throws EOFException if the stream ends within a message
   */
  public static @Nullable FromProcess readReport(InputStream in) throws IOException {
    byte[] bytes = readFrame(in);
    if (bytes == null) {
      return null;
    }
    try {
      return fromProto(ProcessReport.parseFrom(UnsafeByteOperations.unsafeWrap(bytes)));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnknownMessageException("bytes that are no report of a task process", e);
    }
  }

  private static byte @Nullable [] readFrame(InputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    int length = CodedInputStream.readRawVarint32(first, in);
    if (length < 0 || length > MAX_MESSAGE) {
      throw new UnknownMessageException(
          "a message of " + length + " bytes; at most " + MAX_MESSAGE + " are taken");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the stream ended within a message");
    }
    return bytes;
  }

  static ProcessCommand toProto(ToProcess command) {
    ProcessCommand.Builder message = ProcessCommand.newBuilder();
    if (command instanceof ToProcess.Load load) {
      message.setLoad(
          ProcessCommand.Load.newBuilder()
              .setJob(load.job().value())
              .setSpec(JobSpecWire.toProto(load.spec()))
              .addAllJars(load.jars())
              .setBlobs(load.blobs()));
    } else if (command instanceof ToProcess.RunChunk run) {
      ProcessCommand.RunChunk.Builder built =
          ProcessCommand.RunChunk.newBuilder()
              .setAttempt(LinkWire.toProto(run.attempt()))
              .setFrom(run.interval().from())
              .setUntil(run.interval().until())
              .setInputs(ValuesWire.toProto(run.inputs()));
      for (int number : run.tries()) {
        built.addTries(number);
      }
      message.setRunChunk(built);
    } else if (command instanceof ToProcess.RunStep run) {
      message.setRunStep(
          ProcessCommand.RunStep.newBuilder()
              .setAttempt(LinkWire.toProto(run.attempt()))
              .setStep(LinkWire.toProto(run.step()))
              .setSkip(run.skip()));
    } else if (command instanceof ToProcess.Unload) {
      message.setUnload(ProcessCommand.Unload.getDefaultInstance());
    } else if (command instanceof ToProcess.OfJob of) {
      message.setOfJob(
          ProcessCommand.OfJob.newBuilder()
              .setJob(of.job().value())
              .setCommand(toProto(of.command())));
    } else if (command instanceof ToProcess.Drop drop) {
      message.setDrop(
          ProcessCommand.Drop.newBuilder().setAttempt(LinkWire.toProto(drop.attempt())));
    } else if (command instanceof ToProcess.Stop stop) {
      message.setStop(
          ProcessCommand.Stop.newBuilder()
              .setIndex(stop.index())
              .setOnlyWaiting(stop.onlyWaiting()));
    } else if (command instanceof ToProcess.Feed feed) {
      message.setFeed(
          ProcessCommand.Feed.newBuilder()
              .setValues(ValuesWire.toProto(feed.values()))
              .setLast(feed.last()));
    }
    return message.build();
  }

  static ToProcess fromProto(ProcessCommand message) {
    return switch (message.getCommandCase()) {
      case LOAD ->
          new ToProcess.Load(
              new JobId(message.getLoad().getJob()),
              JobSpecWire.fromProto(message.getLoad().getSpec()),
              List.copyOf(message.getLoad().getJarsList()),
              message.getLoad().getBlobs());
      case RUN_CHUNK -> {
        ProcessCommand.RunChunk run = message.getRunChunk();
        yield new ToProcess.RunChunk(
            LinkWire.fromProto(run.getAttempt()),
            new Interval(run.getFrom(), run.getUntil()),
            ValuesWire.fromProto(run.getInputs()),
            OutcomesWire.ints(run.getTriesList()));
      }
      case RUN_STEP ->
          new ToProcess.RunStep(
              LinkWire.fromProto(message.getRunStep().getAttempt()),
              LinkWire.fromProto(message.getRunStep().getStep()),
              message.getRunStep().getSkip());
      case FEED ->
          new ToProcess.Feed(
              ValuesWire.fromProto(message.getFeed().getValues()), message.getFeed().getLast());
      case UNLOAD -> new ToProcess.Unload();
      case OF_JOB ->
          new ToProcess.OfJob(
              new JobId(message.getOfJob().getJob()), fromProto(message.getOfJob().getCommand()));
      case DROP -> new ToProcess.Drop(LinkWire.fromProto(message.getDrop().getAttempt()));
      case STOP ->
          new ToProcess.Stop(message.getStop().getIndex(), message.getStop().getOnlyWaiting());
      case COMMAND_NOT_SET ->
          throw LinkWire.unknown("for a task process", message.getUnknownFields());
    };
  }

  static ProcessReport toProto(FromProcess report) {
    ProcessReport.Builder message = ProcessReport.newBuilder();
    if (report instanceof FromProcess.Hello hello) {
      message.setHello(
          ProcessReport.Hello.newBuilder()
              .setPid(hello.pid())
              .setProtocolVersion(hello.protocolVersion()));
    } else if (report instanceof FromProcess.Loaded) {
      message.setLoaded(ProcessReport.Loaded.getDefaultInstance());
    } else if (report instanceof FromProcess.OfJob of) {
      message.setOfJob(
          ProcessReport.OfJob.newBuilder().setJob(of.job().value()).setReport(toProto(of.said())));
    } else if (report instanceof FromProcess.Begun begun) {
      message.setBegun(
          ProcessReport.Begun.newBuilder().setAttempt(LinkWire.toProto(begun.attempt())));
    } else if (report instanceof FromProcess.Divided divided) {
      message.setDivided(
          ProcessReport.Divided.newBuilder()
              .setAttempt(LinkWire.toProto(divided.attempt()))
              .setAt(divided.at())
              .setRest(LinkWire.toProto(divided.rest())));
    } else if (report instanceof FromProcess.Unloaded) {
      message.setUnloaded(ProcessReport.Unloaded.getDefaultInstance());
    } else if (report instanceof FromProcess.LoadFailed failed) {
      message.setLoadFailed(
          ProcessReport.LoadFailed.newBuilder().setFailure(FailureWire.toProto(failed.failure())));
    } else if (report instanceof FromProcess.Reported reported) {
      message.setReported(OutcomesWire.toProto(reported.outcomes()));
    } else if (report instanceof FromProcess.ChunkEnded ended) {
      message.setChunkEnded(
          ProcessReport.ChunkEnded.newBuilder()
              .setAttempt(LinkWire.toProto(ended.attempt()))
              .setUntil(ended.until()));
    } else if (report instanceof FromProcess.Produced produced) {
      message.setProduced(
          ProcessReport.Produced.newBuilder()
              .setAttempt(LinkWire.toProto(produced.attempt()))
              .setValues(ValuesWire.toProto(produced.values())));
    } else if (report instanceof FromProcess.StepSucceeded step) {
      message.setStepSucceeded(
          ProcessReport.StepSucceeded.newBuilder()
              .setAttempt(LinkWire.toProto(step.attempt()))
              .setResult(ValuesWire.toProto(step.result())));
    } else if (report instanceof FromProcess.StepFailed step) {
      message.setStepFailed(
          ProcessReport.StepFailed.newBuilder()
              .setAttempt(LinkWire.toProto(step.attempt()))
              .setFailure(FailureWire.toProto(step.failure())));
    } else if (report instanceof FromProcess.Printed printed) {
      message.setPrinted(
          ProcessReport.Printed.newBuilder()
              .setIndex(printed.index())
              .setTry(printed.tryNumber())
              .setStderr(printed.stream() == LogStream.STDERR)
              .setBytes(UnsafeByteOperations.unsafeWrap(printed.bytes())));
    }
    return message.build();
  }

  static FromProcess fromProto(ProcessReport message) {
    return switch (message.getReportCase()) {
      case HELLO ->
          new FromProcess.Hello(
              message.getHello().getPid(), message.getHello().getProtocolVersion());
      case LOADED -> new FromProcess.Loaded();
      case UNLOADED -> new FromProcess.Unloaded();
      case OF_JOB ->
          new FromProcess.OfJob(
              new JobId(message.getOfJob().getJob()), fromProto(message.getOfJob().getReport()));
      case BEGUN -> new FromProcess.Begun(LinkWire.fromProto(message.getBegun().getAttempt()));
      case DIVIDED ->
          new FromProcess.Divided(
              LinkWire.fromProto(message.getDivided().getAttempt()),
              message.getDivided().getAt(),
              LinkWire.fromProto(message.getDivided().getRest()));
      case LOAD_FAILED ->
          new FromProcess.LoadFailed(FailureWire.fromProto(message.getLoadFailed().getFailure()));
      case REPORTED -> new FromProcess.Reported(OutcomesWire.fromProto(message.getReported()));
      case CHUNK_ENDED ->
          new FromProcess.ChunkEnded(
              LinkWire.fromProto(message.getChunkEnded().getAttempt()),
              message.getChunkEnded().getUntil());
      case PRODUCED ->
          new FromProcess.Produced(
              LinkWire.fromProto(message.getProduced().getAttempt()),
              ValuesWire.fromProto(message.getProduced().getValues()));
      case STEP_SUCCEEDED ->
          new FromProcess.StepSucceeded(
              LinkWire.fromProto(message.getStepSucceeded().getAttempt()),
              ValuesWire.fromProto(message.getStepSucceeded().getResult()));
      case STEP_FAILED ->
          new FromProcess.StepFailed(
              LinkWire.fromProto(message.getStepFailed().getAttempt()),
              FailureWire.fromProto(message.getStepFailed().getFailure()));
      case PRINTED -> {
        ProcessReport.Printed printed = message.getPrinted();
        yield new FromProcess.Printed(
            printed.getIndex(),
            printed.getTry(),
            printed.getStderr() ? LogStream.STDERR : LogStream.STDOUT,
            printed.getBytes().toByteArray());
      }
      case REPORT_NOT_SET ->
          throw LinkWire.unknown("of a task process", message.getUnknownFields());
    };
  }
}
