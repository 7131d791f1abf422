package io.muster.coordinator.wire;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.desk.SessionConnection;
import io.muster.coordinator.desk.SessionNews;
import io.muster.protocol.BlobRef;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.SessionReply;
import io.muster.protocol.wire.v1.SessionRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client's session. A few requests are under way at a time; the client sends
 * the next when the coordinator has room for it.
 */
final class SessionStream implements StreamObserver<SessionRequest>, SessionClient {
  private static final int UNDER_WAY = 16;
  private static final int SHORTEST_ID = 16;
  private static final int LONGEST_ID = 200;

  private final Desk desk;
  private final Blobs blobs;
  private final ServerCallStreamObserver<SessionReply> client;
  private final Callers caller = Callers.current();
  private @Nullable SessionConnection connection;
  private boolean over;

  SessionStream(Desk desk, Blobs blobs, StreamObserver<SessionReply> client) {
    this.desk = desk;
    this.blobs = blobs;
    this.client = (ServerCallStreamObserver<SessionReply>) client;
    this.client.disableAutoRequest();
    this.client.setOnReadyHandler(this::readyAgain);
    this.client.setOnCancelHandler(this::gone);
    this.client.request(UNDER_WAY);
  }

  // What the client says; one at a time

  @Override
  public void onNext(SessionRequest request) {
    try {
      take(request);
    } catch (RuntimeException e) {
      gone();
      over(e);
    }
  }

  private void take(SessionRequest request) {
    if (!caller.isLetIn()) {
      throw caller.refusal();
    }
    SessionConnection open = connection;
    if (open == null) {
      connection = desk.session(id(request), this);
      wantsMore();
      return;
    }
    switch (request.getRequestCase()) {
      case OPEN -> throw bad("a session is opened once a connection");
      case OPEN_JOB -> {
        JobSpec spec = checked(JobSpecWire.fromProto(request.getOpenJob().getSpec()));
        caller.did("opened the job '" + spec.name() + "' of a session");
        open.openJob(caller.own(spec));
      }
      case APPEND ->
          open.append(
              job(request.getAppend().getJob()),
              request.getAppend().getFrom(),
              ValuesWire.fromProto(request.getAppend().getInputs()));
      case CLOSE -> open.closeInputs(job(request.getClose().getJob()));
      case CANCEL_TASK ->
          open.cancelTask(
              job(request.getCancelTask().getJob()),
              request.getCancelTask().getIndex(),
              !request.getCancelTask().getOnlyWaiting());
      case CANCEL_JOB -> open.cancelJob(job(request.getCancelJob().getJob()));
      case RECEIVED -> open.received(request.getReceived().getNumber());
      case END -> {
        open.end();
        complete();
      }
      case ALIVE -> {
        say(SessionReply.newBuilder().setAlive(SessionReply.Alive.getDefaultInstance()).build());
        open.alive();
      }
      case REQUEST_NOT_SET -> throw bad("a request that this version does not know");
    }
  }

  private static String id(SessionRequest request) {
    if (!request.hasOpen()) {
      throw bad("a connection begins by opening its session");
    }
    String id = request.getOpen().getSession();
    if (id.length() < SHORTEST_ID || id.length() > LONGEST_ID) {
      throw bad("a session's id has " + SHORTEST_ID + " to " + LONGEST_ID + " characters");
    }
    return id;
  }

  /** What it is made of must be here. */
  private JobSpec checked(JobSpec spec) {
    List<BlobRef> missing = blobs.missing(spec.program().files());
    if (!missing.isEmpty()) {
      throw Status.FAILED_PRECONDITION
          .withDescription("not uploaded yet: " + missing.get(0).name())
          .asRuntimeException();
    }
    return spec;
  }

  private static JobId job(long number) {
    if (number < 1) {
      throw bad("there is no job " + number);
    }
    return new JobId(number);
  }

  private static RuntimeException bad(String line) {
    return Status.INVALID_ARGUMENT.withDescription(line).asRuntimeException();
  }

  @Override
  public void onError(Throwable broken) {
    gone();
  }

  @Override
  public void onCompleted() {
    gone();
    complete();
  }

  private void complete() {
    synchronized (client) {
      if (!over) {
        over = true;
        client.onCompleted();
      }
    }
  }

  private void gone() {
    SessionConnection open = connection;
    if (open != null) {
      open.lost();
    }
  }

  private void readyAgain() {
    SessionConnection open = connection;
    if (open != null) {
      open.ready();
    }
  }

  // What the coordinator says

  @Override
  public void told(SessionNews news) {
    say(SessionWire.toProto(news));
  }

  private void say(SessionReply reply) {
    synchronized (client) {
      if (!over && !client.isCancelled()) {
        client.onNext(reply);
      }
    }
  }

  @Override
  public boolean isReady() {
    return client.isReady();
  }

  @Override
  public void wantsMore() {
    client.request(1);
  }

  @Override
  public void over(Throwable reason) {
    synchronized (client) {
      if (!over) {
        over = true;
        client.onError(Refusals.status(reason));
      }
    }
  }
}
