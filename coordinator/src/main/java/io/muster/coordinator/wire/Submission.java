package io.muster.coordinator.wire;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.store.InputSpool;
import io.muster.coordinator.store.Store;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.SubmitPiece;
import io.muster.protocol.wire.v1.Submitted;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One submission on its way in: the spec first, then inputs, which go to disk as they come. */
final class Submission implements StreamObserver<SubmitPiece> {
  private final Desk desk;
  private final Store store;
  private final Blobs blobs;
  private final long maxInputs;
  private final Answers answers;
  private final ServerCallStreamObserver<Submitted> client;
  private final Callers caller = Callers.current();
  private final InputSizes sizes = new InputSizes();
  private @Nullable JobSpec spec;
  private @Nullable InputSpool spool;
  private boolean over;

  Submission(
      Desk desk,
      Store store,
      Blobs blobs,
      long maxInputs,
      Answers answers,
      StreamObserver<Submitted> client) {
    this.desk = desk;
    this.store = store;
    this.blobs = blobs;
    this.maxInputs = maxInputs;
    this.answers = answers;
    this.client = (ServerCallStreamObserver<Submitted>) client;
    this.client.setOnCancelHandler(this::close);
  }

  @Override
  public void onNext(SubmitPiece piece) {
    if (over) {
      return;
    }
    try {
      take(piece);
    } catch (IOException | RuntimeException e) {
      refuse(e);
    }
  }

  private void take(SubmitPiece piece) throws IOException {
    if (piece.hasSpec() && spec == null) {
      spec = caller.own(JobSpecWire.fromProto(piece.getSpec()));
    } else if (spec == null) {
      throw new IllegalArgumentException("a submission begins with what is to be run");
    }
    if (piece.hasInputs() && piece.getInputs().getLengthsCount() > 0) {
      spool(ValuesWire.fromProto(piece.getInputs()));
    }
  }

  private void spool(Values values) throws IOException {
    sizes.append(InputSizes.of(values.lengths()));
    if (sizes.totalBytes() > maxInputs) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("the inputs are larger than " + maxInputs + " bytes together")
          .asRuntimeException();
    }
    if (spool == null) {
      spool = store.spool();
    }
    spool.append(values);
  }

  @Override
  public void onCompleted() {
    if (over) {
      return;
    }
    try {
      JobSpec whole = spec == null ? null : counted(spec);
      if (whole == null) {
        throw new IllegalArgumentException("nothing was submitted");
      }
      check(whole);
      over = true;
      answers.when(
          client,
          () -> desk.submit(whole, spool, sizes).whenComplete((job, failure) -> close()),
          (JobId job) -> {
            caller.did("submitted job " + job + " '" + whole.name() + "'");
            return Submitted.newBuilder().setJob(job.value()).build();
          });
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  /** A client that reads its inputs as it sends them says 0: what came is counted. */
  private JobSpec counted(JobSpec said) {
    return said.inputs() instanceof Inputs.Listed listed && listed.count() == 0
        ? new JobSpec(
            said.requestId(),
            said.name(),
            said.user(),
            said.program(),
            new Inputs.Listed(sizes.count()),
            said.policy())
        : said;
  }

  private void check(JobSpec whole) {
    if (whole.inputs() instanceof Inputs.Listed listed && listed.count() != sizes.count()) {
      throw new IllegalArgumentException(
          "said " + listed.count() + " inputs, and sent " + sizes.count());
    }
    if (whole.isOfSession()) {
      throw new IllegalArgumentException("a session's job is opened over its session");
    }
    List<BlobRef> missing = blobs.missing(whole.program().files());
    if (!missing.isEmpty()) {
      throw Status.FAILED_PRECONDITION
          .withDescription(
              "not uploaded yet: "
                  + Optional.of(missing.get(0).name())
                      .filter(name -> !name.isEmpty())
                      .orElse(missing.get(0).id().sha256()))
          .asRuntimeException();
    }
  }

  private void refuse(Throwable failure) {
    over = true;
    close();
    client.onError(Refusals.status(failure));
  }

  @Override
  public void onError(Throwable gone) {
    over = true;
    close();
  }

  private void close() {
    if (spool != null) {
      spool.close();
    }
  }
}
