package io.muster.client;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.muster.calls.NotSerializableCallException;
import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import io.muster.protocol.wire.FailureWire;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.OutcomesWire;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.JobError;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.SessionReply;
import io.muster.protocol.wire.v1.SessionRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Speaks a coordinator's side of sessions over a real connection, and runs the calls on threads of
 * this JVM. It can lose its connections, die, and come back as another on the same port.
 */
public final class FakeCoordinator implements AutoCloseable {
  private static final AtomicLong JOBS = new AtomicLong();

  private static final class OpenJob {
    final long id;
    final JobSpec spec;
    long inputs;
    long answered;
    boolean closed;
    final Set<Long> cancelled = new HashSet<>();
    final Map<Long, Thread> running = new HashMap<>();
    final Semaphore atOnce;

    OpenJob(long id, JobSpec spec) {
      this.id = id;
      this.spec = spec;
      int limit = spec.policy().limit();
      atOnce = new Semaphore(limit == 0 ? Integer.MAX_VALUE : limit);
    }
  }

  private static final class OpenSession {
    final Map<Long, OpenJob> jobs = new HashMap<>();
    final Map<Long, SessionReply> unreceived = new java.util.TreeMap<>();
    long number;
    StreamObserver<SessionReply> client;
  }

  private final int slots;
  private Server server;
  private int port;
  private ExecutorService workers;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, OpenSession> sessions = new HashMap<>();

  /** All requests in their order. */
  public final List<SessionRequest> requests = new CopyOnWriteArrayList<>();

  /** What does not pass is not answered, as if it got lost; asked under the lock. */
  public volatile Predicate<SessionReply> passes = reply -> true;

  /** Whether values that are too large for a message are refused. */
  public volatile boolean isFull;

  /** Calls run when it opens. */
  public volatile CountDownLatch gate = new CountDownLatch(0);

  private final AtomicInteger jobsEnded = new AtomicInteger();

  /** Whether whoever fetches something large waits for it in vain. */
  public volatile boolean withholds;

  public FakeCoordinator(int slots) {
    this.slots = slots;
    start();
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  private synchronized void start() {
    workers = Executors.newFixedThreadPool(slots);
    try {
      server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .addService(new Sessions())
              .addService(new BlobStore())
              .build()
              .start();
      port = server.getPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** All connections break; nothing is forgotten. */
  public synchronized void breakConnections() {
    for (OpenSession session : sessions.values()) {
      if (session.client != null) {
        StreamObserver<SessionReply> client = session.client;
        session.client = null;
        client.onError(Status.UNAVAILABLE.withDescription("broken").asRuntimeException());
      }
    }
  }

  /** How many jobs it has told to have ended. */
  public int jobsEnded() {
    return jobsEnded.get();
  }

  /** It dies with all it knows, and another one serves at the same address. */
  public void dieAndComeBack() throws InterruptedException {
    die();
    start();
  }

  public void die() throws InterruptedException {
    Server dead = server;
    dead.shutdownNow();
    dead.awaitTermination(10, TimeUnit.SECONDS);
    workers.shutdownNow();
    synchronized (this) {
      sessions.clear();
      blobs.clear();
    }
  }

  public void comeBack() {
    start();
  }

  public synchronized int jobs() {
    return sessions.values().stream().mapToInt(session -> session.jobs.size()).sum();
  }

  public synchronized int sessions() {
    return sessions.size();
  }

  public long count(SessionRequest.RequestCase kind) {
    return requests.stream().filter(request -> request.getRequestCase() == kind).count();
  }

  @Override
  public void close() {
    server.shutdownNow();
    workers.shutdownNow();
  }

  private final class Sessions extends MusterGrpc.MusterImplBase {
    @Override
    public StreamObserver<SessionRequest> session(StreamObserver<SessionReply> client) {
      ((ServerCallStreamObserver<SessionReply>) client).setOnCancelHandler(() -> {});
      return new StreamObserver<>() {
        private OpenSession session;

        @Override
        public void onNext(SessionRequest request) {
          requests.add(request);
          synchronized (FakeCoordinator.this) {
            if (request.hasOpen()) {
              session =
                  sessions.computeIfAbsent(
                      request.getOpen().getSession(), any -> new OpenSession());
              opened(session, client);
            } else if (session.client == client) {
              asked(session, request);
            }
          }
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {
          client.onCompleted();
        }
      };
    }
  }

  private void opened(OpenSession session, StreamObserver<SessionReply> client) {
    session.client = client;
    SessionReply.Opened.Builder opened = SessionReply.Opened.newBuilder();
    session.jobs.forEach(
        (id, job) ->
            opened.addJobs(
                SessionReply.Opened.Known.newBuilder()
                    .setJob(id)
                    .setRequestId(job.spec.requestId())
                    .setInputs(job.inputs)));
    say(session, SessionReply.newBuilder().setOpened(opened).build());
    session.unreceived.values().forEach(reply -> say(session, reply));
  }

  private void say(OpenSession session, SessionReply reply) {
    if (session.client != null && passes.test(reply)) {
      session.client.onNext(reply);
    }
  }

  private void asked(OpenSession session, SessionRequest request) {
    switch (request.getRequestCase()) {
      case OPEN_JOB -> {
        JobSpec spec = JobSpecWire.fromProto(request.getOpenJob().getSpec());
        OpenJob job = new OpenJob(JOBS.incrementAndGet(), spec);
        session.jobs.put(job.id, job);
        say(
            session,
            SessionReply.newBuilder()
                .setJobOpened(
                    SessionReply.JobOpened.newBuilder()
                        .setRequestId(spec.requestId())
                        .setJob(job.id))
                .build());
        setUp(session, job);
      }
      case APPEND -> {
        OpenJob job = session.jobs.get(request.getAppend().getJob());
        long from = request.getAppend().getFrom();
        if (job == null) {
          return;
        }
        if (from > job.inputs) {
          throw new IllegalStateException("a gap: " + from + " after " + job.inputs);
        }
        Values inputs = ValuesWire.fromProto(request.getAppend().getInputs());
        Values fresh = inputs.from((int) Math.min(job.inputs - from, inputs.count()));
        for (int i = 0; i < fresh.count(); i++) {
          long index = job.inputs++;
          Values one = fresh.part(i, i + 1);
          workers.execute(() -> run(session, job, index, one));
        }
      }
      case CLOSE -> {
        OpenJob job = session.jobs.get(request.getClose().getJob());
        if (job != null) {
          job.closed = true;
          endIfDone(session, job);
        }
      }
      case CANCEL_TASK -> {
        OpenJob job = session.jobs.get(request.getCancelTask().getJob());
        long index = request.getCancelTask().getIndex();
        if (job != null) {
          Thread running = job.running.get(index);
          if (running == null || !request.getCancelTask().getOnlyWaiting()) {
            job.cancelled.add(index);
          }
          if (running != null && !request.getCancelTask().getOnlyWaiting()) {
            running.interrupt();
          }
        }
      }
      case CANCEL_JOB -> cancel(session.jobs.remove(request.getCancelJob().getJob()));
      case RECEIVED ->
          session.unreceived.keySet().removeIf(n -> n <= request.getReceived().getNumber());
      case END -> {
        session.jobs.values().forEach(this::cancel);
        sessions.values().remove(session);
      }
      default -> {
        // a sign of life
      }
    }
  }

  private void cancel(OpenJob job) {
    if (job != null) {
      for (long index = 0; index < job.inputs; index++) {
        job.cancelled.add(index);
      }
      job.running.values().forEach(Thread::interrupt);
    }
  }

  private void setUp(OpenSession session, OpenJob job) {
    try {
      FakeCalls.runSetup(((Program.Calls) job.spec.program()).setup());
    } catch (Exception e) {
      ended(
          session,
          job,
          SessionReply.JobEnded.newBuilder()
              .setError(
                  JobError.newBuilder()
                      .setPhase("load")
                      .setFailure(FailureWire.toProto(failure(e)))));
    }
  }

  private void run(OpenSession session, OpenJob job, long index, Values call) {
    try {
      gate.await();
      job.atOnce.acquire();
    } catch (InterruptedException e) {
      return; // died
    }
    try {
      runNow(session, job, index, call);
    } finally {
      job.atOnce.release();
    }
  }

  private void runNow(OpenSession session, OpenJob job, long index, Values call) {
    synchronized (this) {
      if (job.cancelled.contains(index)) {
        return;
      }
      job.running.put(index, Thread.currentThread());
    }
    byte[] result = null;
    Failure failure = null;
    try {
      result = FakeCalls.run(head(call), input(call));
    } catch (NotSerializableException e) {
      failure = Failure.of(FailureKind.ENCODE, e.getMessage() + " is not Serializable");
    } catch (Throwable e) {
      failure = failure(e);
    }
    answer(session, job, index, result, failure);
  }

  private byte[] head(Values call) {
    Values.Head head = call.heads().get(0);
    return head.blob() == null ? head.bytes() : blobs.get(head.blob().id().sha256());
  }

  private byte[] input(Values call) {
    return call.blobs().isEmpty()
        ? call.bytes()
        : blobs.get(call.blobs().get(0).blob().id().sha256());
  }

  private static Failure failure(Throwable e) {
    if (e instanceof NotSerializableCallException) {
      return Failure.of(FailureKind.ENCODE, String.valueOf(e.getMessage()));
    }
    byte[] thrown = FakeCalls.thrown(e);
    return new Failure(
        FailureKind.EXCEPTION,
        e.getClass().getName(),
        String.valueOf(e.getMessage()),
        e + "\n\tat somewhere",
        null,
        null,
        "",
        thrown);
  }

  private synchronized void answer(
      OpenSession session, OpenJob job, long index, byte[] result, Failure failure) {
    job.running.remove(index);
    if (Thread.interrupted() || job.cancelled.contains(index)) {
      return;
    }
    boolean ok = failure == null;
    Outcomes outcomes =
        new Outcomes(
            new AttemptId(1, 1),
            new Interval(index, index + 1),
            false,
            ok ? values(result) : Values.NONE,
            ok ? new int[0] : new int[] {0},
            ok ? new int[0] : new int[] {0},
            ok ? new int[0] : new int[] {1},
            ok ? List.of() : List.of(failure),
            1);
    session.number++;
    SessionReply reply =
        SessionReply.newBuilder()
            .setAnswered(
                SessionReply.Answered.newBuilder()
                    .setNumber(session.number)
                    .setJob(job.id)
                    .setWorker("w1")
                    .setOutcomes(OutcomesWire.toProto(outcomes)))
            .build();
    session.unreceived.put(session.number, reply);
    say(session, reply);
    job.answered++;
    endIfDone(session, job);
  }

  /** At once behind the last answer, whatever a client still has to fetch. */
  private synchronized void endIfDone(OpenSession session, OpenJob job) {
    if (job.closed && job.answered == job.inputs) {
      ended(session, job, SessionReply.JobEnded.newBuilder());
    }
  }

  private void ended(OpenSession session, OpenJob job, SessionReply.JobEnded.Builder how) {
    jobsEnded.incrementAndGet();
    session.number++;
    SessionReply reply =
        SessionReply.newBuilder().setJobEnded(how.setNumber(session.number).setJob(job.id)).build();
    session.unreceived.put(session.number, reply);
    session.jobs.remove(job.id);
    say(session, reply);
  }

  private Values values(byte[] result) {
    if (result.length <= 64 * 1024) {
      return new Values(Encoding.JAVA, result, new int[] {result.length}, List.of());
    }
    try {
      BlobRef blob = io.muster.code.ContentName.of(new java.io.ByteArrayInputStream(result), "");
      blobs.put(blob.id().sha256(), result);
      return new Values(
          Encoding.JAVA, new byte[0], new int[] {0}, List.of(new Values.BlobValue(0, blob)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private final class BlobStore extends BlobsGrpc.BlobsImplBase {
    @Override
    public void missing(BlobList asked, StreamObserver<BlobList> client) {
      BlobList.Builder missing = BlobList.newBuilder();
      asked.getBlobsList().stream()
          .filter(blob -> !blobs.containsKey(ValuesWire.fromProto(blob).id().sha256()))
          .forEach(missing::addBlobs);
      client.onNext(missing.build());
      client.onCompleted();
    }

    @Override
    public StreamObserver<BlobPiece> put(StreamObserver<Done> client) {
      return new StreamObserver<>() {
        private BlobRef blob;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void onNext(BlobPiece piece) {
          if (piece.hasBlob()) {
            blob = ValuesWire.fromProto(piece.getBlob());
          }
          if (blob.name().isEmpty()) { // code runs here without being kept
            bytes.writeBytes(piece.getBytes().toByteArray());
          }
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {
          if (isFull && blob.name().isEmpty()) {
            client.onError(
                Status.RESOURCE_EXHAUSTED.withDescription("the disk is full").asRuntimeException());
            return;
          }
          blobs.put(blob.id().sha256(), bytes.toByteArray());
          client.onNext(Done.getDefaultInstance());
          client.onCompleted();
        }
      };
    }

    @Override
    public void get(io.muster.protocol.wire.v1.BlobRef asked, StreamObserver<BlobPiece> client) {
      if (withholds) {
        return;
      }
      byte[] bytes = blobs.get(ValuesWire.fromProto(asked).id().sha256());
      if (bytes == null) {
        client.onError(Status.NOT_FOUND.withDescription("no such blob").asRuntimeException());
        return;
      }
      List<byte[]> pieces = new ArrayList<>();
      for (int at = 0; at < bytes.length; at += 1 << 18) {
        pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + (1 << 18))));
      }
      pieces.forEach(
          piece ->
              client.onNext(BlobPiece.newBuilder().setBytes(ByteString.copyFrom(piece)).build()));
      client.onCompleted();
    }
  }
}
