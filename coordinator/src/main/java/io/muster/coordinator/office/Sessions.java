package io.muster.coordinator.office;

import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.desk.SessionNews;
import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.Effects;
import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.state.JobError;
import io.muster.coordinator.state.Now;
import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of clients: their inputs and answers, in memory alone. Nothing here waits for the
 * journal but the number of a job. Belongs to the coordinator's actor.
 */
final class Sessions {
  /** No attempt is told of in an answer that no worker gave. */
  private static final AttemptId NO_ATTEMPT = new AttemptId(0, 0);

  private final ClusterState state;
  private final Gathering gathering;
  private final Duration silence;
  private final Room inputRoom;
  private final Room newsRoom;
  private final Map<String, ClientSession> sessions = new HashMap<>();
  private final Map<JobId, SessionJob> jobs = new HashMap<>();

  /**
   * @param silence after so long without a connection a session is over
   * @param inputRoom for inputs of all sessions
   * @param newsRoom for what they have to receive
   */
  Sessions(
      ClusterState state, Gathering gathering, Duration silence, Room inputRoom, Room newsRoom) {
    this.silence = silence;
    this.inputRoom = inputRoom;
    this.newsRoom = newsRoom;
    this.state = state;
    this.gathering = gathering;
  }

  // What clients say

  void connected(String id, SessionClient client) {
    sessions
        .computeIfAbsent(id, any -> new ClientSession(any, inputRoom, newsRoom))
        .connected(client);
  }

  /** The session, unless the client has another connection by now. */
  @Nullable ClientSession of(String id, SessionClient client) {
    ClientSession session = sessions.get(id);
    return session != null && session.isWith(client) ? session : null;
  }

  void openJob(ClientSession session, JobSpec spec, Now now, Effects effects) {
    JobSpec owned =
        new JobSpec(
            publicName(session.id + "/" + spec.requestId()),
            spec.name(),
            spec.user(),
            spec.program(),
            spec.inputs(),
            spec.policy(),
            publicName(session.id));
    JobId id = state.submitted(owned, new InputSizes(), now, effects);
    if (!jobs.containsKey(id)) {
      SessionJob job = new SessionJob(session, id, spec.requestId());
      jobs.put(id, job);
      session.jobs.put(id, job);
    }
    gathering.hurry();
    gathering.afterWrite(() -> session.mention(new SessionNews.JobOpened(spec.requestId(), id)));
  }

  /** Workers and journals are not told what opens a session. */
  private static String publicName(String secret) {
    return UUID.nameUUIDFromBytes(secret.getBytes(StandardCharsets.UTF_8)).toString();
  }

  void append(ClientSession session, JobId id, long from, Values inputs, Now now, Effects effects) {
    SessionJob job = session.jobs.get(id);
    if (job == null || job.isOver()) {
      return; // the client is being told
    }
    long known = state.appending(id, null, from, inputs.count());
    if (known < inputs.count()) {
      Values fresh = inputs.from((int) known);
      long next = job.count();
      job.append(fresh);
      state.inputsAppended(id, null, next, InputSizes.of(fresh.lengths()), now, effects);
    }
  }

  void closeInputs(ClientSession session, JobId id, Now now, Effects effects) {
    SessionJob job = session.jobs.get(id);
    if (job != null && !job.isOver()) {
      state.inputsClosed(id, now, effects);
    }
  }

  void cancelTask(
      ClientSession session, JobId id, long index, boolean running, Now now, Effects effects) {
    SessionJob job = session.jobs.get(id);
    if (job != null && index >= 0 && index < job.count()) {
      state.taskCancelled(id, index, running, now, effects);
      job.answered(index, index + 1);
    }
  }

  void cancelJob(ClientSession session, JobId id, Now now, Effects effects) {
    SessionJob job = session.jobs.remove(id);
    if (job != null) {
      jobs.remove(id);
      job.over();
      session.forget(id);
      state.sessionJobOver(id, now, effects);
    }
  }

  void received(ClientSession session, long number, Now now, Effects effects) {
    for (SessionNews.Numbered item : session.received(number)) {
      if (item instanceof SessionNews.JobEnded over) {
        cancelJob(session, over.job(), now, effects);
      }
    }
    if (session.held && !session.isFull()) {
      hold(session, false, now, effects);
    }
  }

  void end(ClientSession session, Now now, Effects effects) {
    List.copyOf(session.jobs.keySet()).forEach(job -> cancelJob(session, job, now, effects));
    sessions.remove(session.id);
    session.leaves();
  }

  // Time

  /** When {@link #look} is wanted next, in nanoseconds, or null. */
  @Nullable Long nextLook() {
    Long next = null;
    for (ClientSession session : sessions.values()) {
      if (session.silentSince != null) {
        long end = session.silentSince + silence.toNanos();
        next = next == null ? end : Math.min(next, end);
      }
    }
    return next;
  }

  /** Ends sessions whose clients did not come again. */
  void look(Now now, Effects effects) {
    for (ClientSession session : List.copyOf(sessions.values())) {
      if (session.silentSince != null
          && now.monotonicNanos() - session.silentSince >= silence.toNanos()) {
        end(session, now, effects);
      }
    }
  }

  // What becomes of tasks

  boolean has(JobId job) {
    return jobs.containsKey(job);
  }

  /** Empty when none of these tasks is wanted any more. */
  Optional<Values> inputs(JobId id, Interval interval) {
    SessionJob job = jobs.get(id);
    return job == null ? Optional.empty() : job.inputs(interval);
  }

  /**
   * @param retried for each of the failed, whether it runs again
   */
  void answered(JobId id, WorkerId worker, Outcomes outcomes, boolean[] retried) {
    SessionJob job = jobs.get(id);
    if (job == null) {
      return;
    }
    int[] unanswered = new int[retried.length];
    int count = 0;
    long from = outcomes.interval().from();
    for (int k = 0; k < retried.length; k++) {
      if (retried[k]) {
        int offset = outcomes.failedOffsets()[k];
        unanswered[count++] = offset;
        job.answered(from, outcomes.interval().from() + offset);
        from = outcomes.interval().from() + offset + 1;
      }
    }
    job.answered(from, outcomes.interval().until());
    ClientSession session = job.session;
    session.tell(
        new SessionNews.Answered(
            session.nextNumber(), id, worker, outcomes, Arrays.copyOf(unanswered, count)));
    session.askForMore();
  }

  void failed(JobId id, WorkerId worker, long index, int tryNumber, Failure failure) {
    answered(
        id,
        worker,
        new Outcomes(
            NO_ATTEMPT,
            new Interval(index, index + 1),
            false,
            new Values(Encoding.JAVA, new byte[0], new int[0], List.of()),
            new int[] {0},
            new int[] {0},
            new int[] {tryNumber},
            List.of(failure),
            0),
        new boolean[1]);
  }

  /** The job has ended: what is not answered never will be. */
  void ended(JobId id, @Nullable JobError error) {
    SessionJob job = jobs.get(id);
    if (job != null) {
      job.over();
      ClientSession session = job.session;
      session.tell(new SessionNews.JobEnded(session.nextNumber(), id, error));
      session.askForMore();
    }
  }

  void printed(Logged logged) {
    SessionJob job = jobs.get(logged.job());
    if (job != null) {
      job.session.mentionIfReady(
          new SessionNews.Printed(logged.job(), logged.index(), logged.stream(), logged.bytes()));
    }
  }

  /** After each turn: no task of a client is begun that has not received so much. */
  void holdWhoIsFull(Now now, Effects effects) {
    for (ClientSession session : sessions.values()) {
      if (session.isFull()) {
        hold(session, true, now, effects);
      }
    }
  }

  private void hold(ClientSession session, boolean held, Now now, Effects effects) {
    session.held = held;
    session.jobs.keySet().forEach(job -> state.held(job, held, now, effects));
  }

  /** Blobs of what is kept here. */
  Set<BlobId> blobs() {
    Set<BlobId> named = new HashSet<>();
    List<BlobRef> all = new ArrayList<>();
    jobs.values().forEach(job -> job.blobs(all::add));
    for (ClientSession session : sessions.values()) {
      session.forEachNews(
          item -> {
            if (item instanceof SessionNews.Answered answered) {
              answered.outcomes().values().blobs().forEach(blob -> all.add(blob.blob()));
            }
          });
    }
    all.forEach(blob -> named.add(blob.id()));
    return named;
  }

  /** The epoch is over: clients open their sessions with the next coordinator. */
  void abandon(Throwable reason) {
    sessions.values().forEach(session -> session.over(reason));
  }
}
