package io.muster.client.wire;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.muster.client.model.ClusterException;
import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;
import io.muster.protocol.wire.FailureWire;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.OutcomesWire;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.SessionReply;
import io.muster.protocol.wire.v1.SessionRequest;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a session. One thread sends; {@link #abandon} and {@link #isOver} are for any
 * thread. Replies are taken no faster than the executor deals with them.
 */
public final class SessionStream {
  /** Replies that may be on their way; of some 64 KiB each at most, but for the largest. */
  private static final int WINDOW = 64;

  private final Channels channels;
  private final Executor executor;
  private final Executor aside;
  private final SessionReplies replies;
  private @Nullable ClientCallStreamObserver<SessionRequest> requests;
  private volatile long heardAt = System.nanoTime();
  private volatile boolean over;
  private volatile boolean abandoned;

  private SessionStream(
      Channels channels, Executor executor, Executor aside, SessionReplies replies) {
    this.channels = channels;
    this.executor = executor;
    this.aside = aside;
    this.replies = replies;
  }

  static SessionStream open(
      Channels channels,
      ManagedChannel channel,
      String session,
      Executor executor,
      Executor aside,
      SessionReplies replies) {
    SessionStream stream = new SessionStream(channels, executor, aside, replies);
    MusterGrpc.newStub(channel).session(stream.new Incoming());
    stream.send(
        SessionRequest.newBuilder()
            .setOpen(SessionRequest.Open.newBuilder().setSession(session))
            .build());
    return stream;
  }

  /** Whether more can be sent without piling up here. */
  public boolean isReady() {
    return requests().isReady();
  }

  /** Whether the connection has ended, even if {@link SessionReplies#broken} was not said yet. */
  public boolean isOver() {
    return over;
  }

  /** When something arrived last, as {@link System#nanoTime} has it. */
  public long heardAt() {
    return heardAt;
  }

  public void openJob(JobSpec spec) {
    send(
        SessionRequest.newBuilder()
            .setOpenJob(SessionRequest.OpenJob.newBuilder().setSpec(JobSpecWire.toProto(spec)))
            .build());
  }

  public void append(JobId job, long from, Values inputs) {
    send(
        SessionRequest.newBuilder()
            .setAppend(
                SessionRequest.Append.newBuilder()
                    .setJob(job.value())
                    .setFrom(from)
                    .setInputs(ValuesWire.toProto(inputs)))
            .build());
  }

  public void close(JobId job) {
    send(
        SessionRequest.newBuilder()
            .setClose(SessionRequest.Close.newBuilder().setJob(job.value()))
            .build());
  }

  /**
   * @param evenIfRunning false: a task that runs is left to finish
   */
  public void cancelTask(JobId job, long index, boolean evenIfRunning) {
    send(
        SessionRequest.newBuilder()
            .setCancelTask(
                SessionRequest.CancelTask.newBuilder()
                    .setJob(job.value())
                    .setIndex(index)
                    .setOnlyWaiting(!evenIfRunning))
            .build());
  }

  public void cancelJob(JobId job) {
    send(
        SessionRequest.newBuilder()
            .setCancelJob(SessionRequest.CancelJob.newBuilder().setJob(job.value()))
            .build());
  }

  public void received(long number) {
    send(
        SessionRequest.newBuilder()
            .setReceived(SessionRequest.Received.newBuilder().setNumber(number))
            .build());
  }

  public void alive() {
    send(SessionRequest.newBuilder().setAlive(SessionRequest.Alive.getDefaultInstance()).build());
  }

  /** The session ends, and the connection when the coordinator has heard it. */
  public void end() {
    send(SessionRequest.newBuilder().setEnd(SessionRequest.End.getDefaultInstance()).build());
    if (!over) {
      requests().onCompleted();
    }
  }

  /** Drops the connection; nothing more of it reaches {@link SessionReplies}. */
  public void abandon() {
    abandoned = true;
    over = true;
    requests().cancel("given up", null);
  }

  private void send(SessionRequest request) {
    if (over) {
      return; // what was not answered is sent again on the next connection
    }
    try {
      requests().onNext(request);
    } catch (IllegalStateException | StatusRuntimeException e) {
      if (!over) {
        over = true;
        requests().cancel("can't be sent to", e);
      }
    }
  }

  private ClientCallStreamObserver<SessionRequest> requests() {
    ClientCallStreamObserver<SessionRequest> stream = requests;
    if (stream == null) {
      throw new IllegalStateException("the call has not begun");
    }
    return stream;
  }

  private final class Incoming implements ClientResponseObserver<SessionRequest, SessionReply> {
    @Override
    public void beforeStart(ClientCallStreamObserver<SessionRequest> stream) {
      requests = stream;
      stream.disableAutoRequestWithInitial(WINDOW);
      stream.setOnReadyHandler(replies::ready);
    }

    @Override
    public void onNext(SessionReply reply) {
      heardAt = System.nanoTime();
      Executor on = reply.hasPrinted() ? aside : executor;
      on.execute(
          () -> {
            if (!abandoned) {
              try {
                said(reply);
              } catch (RuntimeException | Error e) {
                over = true;
                requests().cancel("a reply that is not understood", e);
                throw e;
              } finally {
                requests().request(1);
              }
            }
          });
    }

    @Override
    public void onError(Throwable failure) {
      StatusRuntimeException status =
          failure instanceof StatusRuntimeException known
              ? known
              : Status.fromThrowable(failure).asRuntimeException();
      ended(channels.failed(status), Channels.mayDoBetter(status));
    }

    @Override
    public void onCompleted() {
      ended(
          new ClusterException.NotReached(
              "the coordinator at " + channels.address() + " ended the session's connection"),
          true);
    }

    private void ended(ClusterException why, boolean again) {
      over = true;
      executor.execute(
          () -> {
            if (!abandoned) {
              replies.broken(why, again);
            }
          });
      replies.ready();
    }
  }

  private void said(SessionReply reply) {
    switch (reply.getReplyCase()) {
      case OPENED ->
          replies.opened(
              reply.getOpened().getJobsList().stream()
                  .map(
                      known ->
                          new SessionReplies.KnownJob(
                              new JobId(known.getJob()), known.getRequestId(), known.getInputs()))
                  .toList());
      case JOB_OPENED ->
          replies.jobOpened(
              reply.getJobOpened().getRequestId(), new JobId(reply.getJobOpened().getJob()));
      case ANSWERED -> {
        SessionReply.Answered answered = reply.getAnswered();
        replies.answered(
            answered.getNumber(),
            new JobId(answered.getJob()),
            answered.getWorker(),
            OutcomesWire.fromProto(answered.getOutcomes()),
            answered.getUnansweredList().stream().mapToInt(Integer::intValue).toArray());
      }
      case JOB_ENDED -> {
        SessionReply.JobEnded ended = reply.getJobEnded();
        Failure failure =
            ended.hasError() ? FailureWire.fromProto(ended.getError().getFailure()) : null;
        replies.jobEnded(ended.getNumber(), new JobId(ended.getJob()), failure);
      }
      case PRINTED ->
          replies.printed(
              reply.getPrinted().getStderr(), reply.getPrinted().getBytes().toByteArray());
      case ALIVE, REPLY_NOT_SET -> {
        // that it arrived is all it says; what a newer coordinator says besides is not for us
      }
    }
  }
}
