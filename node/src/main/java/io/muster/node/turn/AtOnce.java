package io.muster.node.turn;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;

/**
 * Tells an actor something and, if it is idle, has it take its turn on this very thread: a thread
 * that wakes another one costs some 50 µs, and a task on its way would do so at each actor. An
 * actor still has one turn at a time; one that is busy finds the message in its mailbox. After a
 * few messages it goes on elsewhere, so that nobody works for others for long.
 *
 * <p>For actors with this {@link #dispatcher}, told by threads that may do a turn's work and hold
 * nothing that it waits for.
 */
public final class AtOnce extends AbstractExecutorService {
  /** Set while a message is handed over whose turn this thread may take. */
  private static final ThreadLocal<Boolean> TAKES_TURN = ThreadLocal.withInitial(() -> false);

  private final ExecutorService others;

  /**
   * @param others run the turns of actors that are told in the usual way
   */
  AtOnce(ExecutorService others) {
    this.others = others;
  }

  /** Where an actor has to be spawned for this. */
  public static DispatcherSelector dispatcher() {
    return DispatcherSelector.fromConfig("muster.at-once-dispatcher");
  }

  /** Any thread. */
  public static <M> void tell(ActorRef<M> actor, M message) {
    TAKES_TURN.set(true);
    try {
      actor.tell(message);
    } finally {
      TAKES_TURN.set(false);
    }
  }

  @Override
  public void execute(Runnable turn) {
    if (TAKES_TURN.get() && !isShutdown()) {
      TAKES_TURN.set(false); // what is told in this turn is another matter
      turn.run();
    } else {
      others.execute(turn);
    }
  }

  @Override
  public void shutdown() {
    others.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return others.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return others.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return others.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return others.awaitTermination(timeout, unit);
  }
}
