package io.muster.coordinator.office;

import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.desk.SessionConnection;
import io.muster.node.turn.AtOnce;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;
import org.apache.pekko.actor.typed.ActorRef;

/** A client's connection to its session, in front of a coordinator's actor. */
final class ActorSession implements SessionConnection {
  private final ActorRef<Coordinator.Command> coordinator;
  private final String id;
  private final SessionClient client;

  ActorSession(ActorRef<Coordinator.Command> coordinator, String id, SessionClient client) {
    this.coordinator = coordinator;
    this.id = id;
    this.client = client;
  }

  private void say(Office.SessionRequest request) {
    AtOnce.tell(coordinator, new Coordinator.SessionSaid(id, client, true, request));
  }

  /** No request of the client's: it is owed no room for it. */
  private void happened(Office.SessionRequest event) {
    AtOnce.tell(coordinator, new Coordinator.SessionSaid(id, client, false, event));
  }

  @Override
  public void openJob(JobSpec spec) {
    say((sessions, session, now, effects) -> sessions.openJob(session, spec, now, effects));
  }

  @Override
  public void append(JobId job, long from, Values inputs) {
    say(
        (sessions, session, now, effects) ->
            sessions.append(session, job, from, inputs, now, effects));
  }

  @Override
  public void closeInputs(JobId job) {
    say((sessions, session, now, effects) -> sessions.closeInputs(session, job, now, effects));
  }

  @Override
  public void cancelTask(JobId job, long index, boolean running) {
    say(
        (sessions, session, now, effects) ->
            sessions.cancelTask(session, job, index, running, now, effects));
  }

  @Override
  public void cancelJob(JobId job) {
    say((sessions, session, now, effects) -> sessions.cancelJob(session, job, now, effects));
  }

  @Override
  public void received(long number) {
    say((sessions, session, now, effects) -> sessions.received(session, number, now, effects));
  }

  @Override
  public void alive() {
    say((sessions, session, now, effects) -> {});
  }

  @Override
  public void end() {
    say((sessions, session, now, effects) -> sessions.end(session, now, effects));
  }

  @Override
  public void ready() {
    happened((sessions, session, now, effects) -> session.flush());
  }

  @Override
  public void lost() {
    happened((sessions, session, now, effects) -> session.disconnected(now.monotonicNanos()));
  }
}
