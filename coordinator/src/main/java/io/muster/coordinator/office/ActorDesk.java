package io.muster.coordinator.office;

import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.desk.SessionConnection;
import io.muster.coordinator.office.Question.Turn;
import io.muster.coordinator.state.ClusterState;
import io.muster.coordinator.state.Explanation;
import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.state.WorkerView;
import io.muster.coordinator.store.InputSpool;
import io.muster.node.turn.AtOnce;
import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The desk in front of a coordinator's actor. */
final class ActorDesk implements Desk {
  /** Longer than any write takes. */
  private static final long PATIENCE_SECONDS = 60;

  private final ActorRef<Coordinator.Command> coordinator;
  private final String journal;
  private final Watchers watchers;

  /** Of questions that are not answered: what the actor has in its mailbox at its end is lost. */
  private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  ActorDesk(ActorRef<Coordinator.Command> coordinator, String journal, Watchers watchers) {
    this.coordinator = coordinator;
    this.journal = journal;
    this.watchers = watchers;
  }

  /** Nobody is there to answer any more. */
  void close() {
    closed = true;
    open.forEach(ActorDesk::end);
    watchers.newsToAll();
  }

  private <T> CompletionStage<T> ask(Question<T> question) {
    if (closed) {
      return CompletableFuture.failedFuture(new NotActive("the coordinator has ended"));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    open.add(answer);
    answer.whenComplete((value, failure) -> open.remove(answer));
    if (closed) {
      end(answer); // it may have come too late for close
    }
    AtOnce.tell(coordinator, new Coordinator.Ask(new Inquiry<>(question, answer)));
    return answer
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .exceptionallyCompose(ActorDesk::unanswered);
  }

  private static void end(CompletableFuture<?> answer) {
    answer.completeExceptionally(new NotActive("the coordinator ended while it was asked"));
  }

  private static <T> CompletionStage<T> unanswered(Throwable failure) {
    return CompletableFuture.failedFuture(
        failure instanceof TimeoutException
            ? new NotActive("the coordinator does not answer")
            : failure);
  }

  private CompletionStage<Void> tell(Consumer<Turn> command) {
    return this.<Optional<Void>>ask(
            turn -> {
              command.accept(turn);
              return Optional.empty();
            })
        .thenAccept(done -> {});
  }

  @Override
  public String journal() {
    return journal;
  }

  @Override
  public CompletionStage<Optional<JobId>> submission(String requestId) {
    return ask(turn -> Optional.ofNullable(turn.state().submission(requestId)));
  }

  @Override
  public CompletionStage<JobId> submit(
      JobSpec spec, @Nullable InputSpool inputs, InputSizes sizes) {
    return ask(
        turn -> {
          JobId known = turn.state().submission(spec.requestId());
          if (known != null) {
            return known;
          }
          JobId job = turn.state().submitted(spec, sizes, turn.now(), turn.effects());
          if (inputs != null && inputs.count() > 0) {
            turn.bytes().inputs(turn.state().inputHolder(job), inputs);
          }
          return job;
        });
  }

  @Override
  public CompletionStage<Long> append(
      JobId job, @Nullable AttemptId split, long from, Values values) {
    return ask(
        turn -> {
          turn.state().requireSubmitted(job);
          long known = turn.state().appending(job, split, from, values.count());
          if (known < values.count()) {
            Values fresh = values.from((int) known);
            turn.bytes().inputs(job, from + known, fresh);
            turn.state()
                .inputsAppended(
                    job,
                    split,
                    from + known,
                    InputSizes.of(fresh.lengths()),
                    turn.now(),
                    turn.effects());
          }
          return from + values.count();
        });
  }

  @Override
  public CompletionStage<Void> closeInputs(JobId job) {
    return tell(
        turn -> {
          turn.state().requireSubmitted(job);
          turn.state().inputsClosed(job, turn.now(), turn.effects());
        });
  }

  @Override
  public CompletionStage<JobView> job(JobId job) {
    return ask(turn -> turn.state().job(job));
  }

  @Override
  public CompletionStage<List<JobView>> jobs() {
    return ask(
        turn -> turn.state().jobs().stream().filter(view -> view.spec().partOf() == null).toList());
  }

  @Override
  public CompletionStage<List<WorkerView>> workers() {
    return ask(turn -> turn.state().workers());
  }

  @Override
  public CompletionStage<JobTasks> tasks(JobId job) {
    return ask(
        turn -> {
          turn.state().requireSubmitted(job);
          return tasks(turn.state(), turn.state().job(job));
        });
  }

  private static JobTasks tasks(ClusterState state, JobView view) {
    return new JobTasks(
        view,
        state.succeeded(view.id()),
        state.failed(view.id()),
        state.passedOn(view.id()),
        state.backToLines(view.id()),
        view.stages().stream().map(stage -> tasks(state, stage)).toList());
  }

  @Override
  public CompletionStage<Explanation> explain(JobId job, @Nullable Long task) {
    return ask(turn -> turn.state().explain(job, task, turn.now()));
  }

  @Override
  public CompletionStage<Void> cancel(JobId job) {
    return tell(turn -> turn.state().cancelled(job, turn.now(), turn.effects()));
  }

  @Override
  public CompletionStage<Void> retry(JobId job) {
    return tell(turn -> turn.state().retried(job, turn.now(), turn.effects()));
  }

  @Override
  public CompletionStage<Void> forget(JobId job) {
    return tell(turn -> turn.state().forgotten(job, turn.now(), turn.effects()));
  }

  @Override
  public CompletionStage<Void> drain(WorkerId worker) {
    return tell(turn -> turn.state().drainRequested(worker, turn.now(), turn.effects()));
  }

  @Override
  public SessionConnection session(String id, SessionClient client) {
    coordinator.tell(new Coordinator.SessionConnected(id, client));
    return new ActorSession(coordinator, id, client);
  }

  @Override
  public CompletionStage<Set<BlobId>> sessionBlobs() {
    CompletableFuture<Set<BlobId>> answer = new CompletableFuture<>();
    coordinator.tell(new Coordinator.SessionBlobs(answer));
    return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public Subscription watch(JobId job, Runnable news) {
    return watchers.watch(job, news);
  }
}
