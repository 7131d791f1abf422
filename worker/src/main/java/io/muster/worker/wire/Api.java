package io.muster.worker.wire;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.muster.client.trust.Access;
import io.muster.client.trust.Pem;
import io.muster.client.trust.Token;
import io.muster.client.wire.ApiChannel;
import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.JobId;
import io.muster.protocol.Values;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.AccessGrpc;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.CertificateChain;
import io.muster.protocol.wire.v1.CertificateRequest;
import io.muster.protocol.wire.v1.ClusterInfo;
import io.muster.protocol.wire.v1.ClusterRequest;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.ResultsPiece;
import io.muster.protocol.wire.v1.ResultsRequest;
import io.muster.protocol.wire.v1.WorkersRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The coordinators' API as a worker uses it, at the first address that answers. Calls block; any
 * thread may make them.
 */
public final class Api implements AutoCloseable {
  private static final int PIECE = 256 * 1024;
  private static final int MOST_MESSAGE = 64 << 20;
  private static final long QUICK_SECONDS = 5;

  /** Takes what a stream of values brings; may block, to slow it down. */
  public interface ValuesSink {
    /**
     * @throws IOException when it takes no more
     */
    void accept(Values values) throws IOException;
  }

  private final List<String> addresses;
  private final Access access;
  private final @Nullable Function<BlobId, Path> near;
  private int current;
  private @Nullable ManagedChannel channel;

  /**
   * @param addresses {@code HOST:PORT} each
   */
  public Api(List<String> addresses, Access access) {
    this(addresses, access, null);
  }

  /**
   * The API of a coordinator on this machine, without TLS and without a token.
   *
   * @param near where it has a blob that was stored with it, in a file that does not change
   */
  public Api(String address, Function<BlobId, Path> near) {
    this(List.of(address), Access.plain(), near);
  }

  /**
   * Without TLS and without a token.
   *
   * @param addresses {@code HOST:PORT} each
   */
  public Api(List<String> addresses) {
    this(addresses, Access.plain());
  }

  private Api(List<String> addresses, Access access, @Nullable Function<BlobId, Path> near) {
    this.addresses = List.copyOf(addresses);
    this.access = access;
    this.near = near;
  }

  /** The address that calls go to now. */
  public synchronized String address() {
    return addresses.get(current);
  }

  /** Where the cluster is, by the first address that answers. */
  public ClusterSeeds cluster() throws ApiException {
    ApiException last = null;
    for (int i = 0; i < addresses.size(); i++) {
      try {
        ClusterInfo info = call(this::askCluster);
        return new ClusterSeeds(
            info.getSeedsList(), info.getVersion(), info.getProtocolVersion(), address());
      } catch (ApiException e) {
        last = e;
      }
    }
    throw last != null ? last : new ApiException("no address to ask", false, new IOException());
  }

  /**
   * Asks for a certificate.
   *
   * @param publicKey DER
   * @param proof that the one who asks has the private key
   * @return the worker's own first, its authority's last
   */
  public List<X509Certificate> certificate(byte[] publicKey, byte[] proof) throws ApiException {
    CertificateRequest request =
        CertificateRequest.newBuilder()
            .setPublicKey(ByteString.copyFrom(publicKey))
            .setProof(ByteString.copyFrom(proof))
            .build();
    CertificateChain chain =
        call(
            channel ->
                AccessGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS)
                    .certificate(request));
    try {
      List<X509Certificate> read = new ArrayList<>();
      for (ByteString each : chain.getCertificatesList()) {
        read.add(Pem.certificate(each.toByteArray()));
      }
      return read;
    } catch (CertificateException e) {
      throw new ApiException("the certificate that was sent cannot be read", false, e);
    }
  }

  /**
   * Whether the coordinator lets this token look at workers: who may see those may see the metrics
   * of one.
   */
  public boolean mayRead(Token shown) {
    ManagedChannel asking =
        ApiChannel.to(address(), new Access(Optional.of(shown), access.authorities())).build();
    try {
      boolean unused =
          MusterGrpc.newBlockingStub(asking)
              .withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS)
              .workers(WorkersRequest.getDefaultInstance())
              .hasNext();
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      asking.shutdownNow();
    }
  }

  /** Brings a blob's bytes; the caller checks them. */
  public void fetch(BlobRef blob, OutputStream to) throws ApiException, IOException {
    try {
      Iterator<BlobPiece> pieces =
          BlobsGrpc.newBlockingStub(channel()).get(ValuesWire.toProto(blob));
      while (pieces.hasNext()) {
        pieces.next().getBytes().writeTo(to);
      }
    } catch (StatusRuntimeException e) {
      throw failed(e);
    }
  }

  /**
   * Gives a blob that the coordinator has on this machine another name.
   *
   * @return false if it is elsewhere, or can't have one: then it is to be fetched
   */
  public boolean link(BlobRef blob, Path to) {
    if (near == null) {
      return false;
    }
    try {
      Files.createLink(to, near.apply(blob.id()));
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return Files.exists(to);
    }
  }

  /** Stores a file as a blob, unless it is there. */
  public void store(BlobRef blob, Path file) throws ApiException, IOException {
    BlobList missing =
        call(
            channel ->
                BlobsGrpc.newBlockingStub(channel)
                    .missing(BlobList.newBuilder().addBlobs(ValuesWire.toProto(blob)).build()));
    if (missing.getBlobsCount() == 0) {
      return;
    }
    Upload upload = new Upload();
    BlobsGrpc.newStub(channel()).put(upload);
    try (InputStream in = Files.newInputStream(file)) {
      io.muster.protocol.wire.v1.BlobRef name = ValuesWire.toProto(blob);
      byte[] bytes = new byte[PIECE];
      boolean first = true;
      for (int read = in.readNBytes(bytes, 0, PIECE);
          first || read > 0;
          read = in.readNBytes(bytes, 0, PIECE)) {
        BlobPiece.Builder piece =
            BlobPiece.newBuilder().setBytes(ByteString.copyFrom(bytes, 0, read));
        if (first) {
          piece.setBlob(name);
        }
        first = false;
        upload.send(piece.build());
      }
      upload.finish();
    } catch (StatusRuntimeException e) {
      throw failed(e);
    } catch (IOException e) {
      upload.cancel(e);
      throw e;
    } catch (InterruptedException e) {
      upload.cancel(e);
      Thread.currentThread().interrupt();
      throw new ApiException("interrupted", true, e);
    }
  }

  /** The results of a job's tasks or pieces, in index order. */
  public void results(JobId job, ValuesSink sink) throws ApiException, IOException {
    try {
      Iterator<ResultsPiece> pieces =
          MusterGrpc.newBlockingStub(channel())
              .results(ResultsRequest.newBuilder().setJob(job.value()).setTasks(true).build());
      while (pieces.hasNext()) {
        sink.accept(ValuesWire.fromProto(pieces.next().getValues()));
      }
    } catch (StatusRuntimeException e) {
      throw failed(e);
    }
  }

  /**
   * Begins to append what a split produces.
   *
   * @param from the index of the first value
   */
  public SplitInputs append(JobId job, AttemptId attempt, long from) {
    return new SplitInputs(MusterGrpc.newStub(channel()), job, attempt, from);
  }

  @Override
  public synchronized void close() {
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
  }

  private interface Call<T> {
    T on(ManagedChannel channel);
  }

  private ClusterInfo askCluster(ManagedChannel channel) {
    return MusterGrpc.newBlockingStub(channel)
        .withDeadlineAfter(QUICK_SECONDS, TimeUnit.SECONDS)
        .cluster(ClusterRequest.getDefaultInstance());
  }

  private <T> T call(Call<T> call) throws ApiException {
    try {
      return call.on(channel());
    } catch (StatusRuntimeException e) {
      throw failed(e);
    }
  }

  private synchronized ManagedChannel channel() {
    if (channel == null) {
      channel =
          ApiChannel.to(addresses.get(current), access).maxInboundMessageSize(MOST_MESSAGE).build();
    }
    return channel;
  }

  /** Where nobody answers, or a stranger, the next address is tried next time. */
  private ApiException failed(StatusRuntimeException e) {
    Status status = e.getStatus();
    String untrusted = ApiChannel.untrusted(e);
    if (untrusted != null) {
      String at = address();
      tryNextAddress();
      return ApiException.stranger("the coordinator at " + at + " " + untrusted, e);
    }
    if (status.getCode() == Status.Code.UNAUTHENTICATED
        || status.getCode() == Status.Code.PERMISSION_DENIED) {
      return ApiException.refused(
          "the coordinator at " + address() + " refuses: " + status.getDescription(), e);
    }
    boolean away = isAway(status);
    String where = address();
    if (away) {
      tryNextAddress();
    }
    String said = reason(status);
    String described = String.valueOf(status.getDescription());
    if (access.isPlain()
        && (described.startsWith("Network closed")
            || described.startsWith("io exception")
            || described.startsWith("http2 exception")
            || described.contains("HTTP/2"))
        && !said.equals("connection refused")
        && !said.equals("unknown host")) {
      said = "connection lost; if it asks for TLS, give --token";
    }
    return new ApiException(
        away ? "no coordinator reached at " + where + " (" + said + ")" : said,
        away || status.getCode() == Status.Code.RESOURCE_EXHAUSTED,
        e);
  }

  /** Whether this is no answer of a coordinator: the connection broke, or none came. */
  static boolean isAway(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED, UNKNOWN -> true;
      case INTERNAL -> status.getCause() != null; // what a server answers comes without its cause
      default -> false;
    };
  }

  private static String reason(Status status) {
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "does not answer";
    }
    for (Throwable each = status.getCause(); each != null; each = each.getCause()) {
      if (each instanceof ConnectException) {
        return "connection refused";
      }
      if (each instanceof UnknownHostException) {
        return "unknown host";
      }
    }
    if (ApiChannel.isClosing(String.valueOf(status.getDescription()))) {
      return "connection closed";
    }
    Throwable cause = status.getCause();
    if (cause != null && cause.getCause() != null && cause.getCause().getMessage() != null) {
      return cause.getCause().getMessage();
    }
    return status.getDescription() == null ? status.getCode().toString() : status.getDescription();
  }

  /**
   * The next call connects anew, if only to the same address: gRPC's own pause grows to two
   * minutes, and until it is over each call fails as the last one did.
   */
  private synchronized void tryNextAddress() {
    if (channel != null) {
      channel.shutdown(); // the calls of others on it go on
      channel = null;
    }
    current = (current + 1) % addresses.size();
  }

  /** The sending side of {@code Put}: never more ahead than the transport takes. */
  private static final class Upload implements ClientResponseObserver<BlobPiece, Done> {
    private final CompletableFuture<Done> answer = new CompletableFuture<>();
    private final Semaphore ready = new Semaphore(0);
    private @Nullable ClientCallStreamObserver<BlobPiece> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<BlobPiece> stream) {
      call = stream;
      stream.setOnReadyHandler(ready::release);
    }

    void send(BlobPiece piece) throws InterruptedException {
      ClientCallStreamObserver<BlobPiece> stream = stream();
      while (!stream.isReady() && !answer.isDone()) {
        ready.acquire();
      }
      if (!answer.isDone()) {
        stream.onNext(piece);
      }
    }

    void finish() throws InterruptedException {
      if (!answer.isDone()) {
        stream().onCompleted();
      }
      try {
        Done done = answer.get();
        if (done == null) {
          throw Status.INTERNAL.asRuntimeException();
        }
      } catch (ExecutionException e) {
        throw Status.fromThrowable(e).asRuntimeException();
      }
    }

    void cancel(Exception why) {
      stream().cancel("the file cannot be read", why);
    }

    private ClientCallStreamObserver<BlobPiece> stream() {
      if (call == null) {
        throw new IllegalStateException("not started");
      }
      return call;
    }

    @Override
    public void onNext(Done done) {
      answer.complete(done);
    }

    @Override
    public void onError(Throwable error) {
      answer.completeExceptionally(error);
      ready.release();
    }

    @Override
    public void onCompleted() {
      answer.complete(Done.getDefaultInstance());
      ready.release();
    }
  }
}
