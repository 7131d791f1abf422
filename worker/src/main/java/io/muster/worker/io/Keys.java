package io.muster.worker.io;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Policy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of a job's tasks, such as hosts: so many tasks of one at once, and none while it keeps
 * failing. A key that failed so often in a row is left alone for a second, and twice as long each
 * time the one task that is let through then fails too, at most a minute; what comes meanwhile
 * fails at once. One thread.
 *
 * @param <T> a task
 */
final class Keys<T> {
  private static final long FIRST_PAUSE = 1_000_000_000L;
  private static final long LONGEST_PAUSE = 60 * FIRST_PAUSE;

  private static final class Key<T> {
    final ArrayDeque<T> waiting = new ArrayDeque<>();
    int running;
    int failedInRow;
    long pause;
    long pausedUntil;
    boolean probing;
    String last = "";
  }

  private final Policy.Keys limits;
  private final Map<String, Key<T>> keys = new HashMap<>();

  Keys(Policy.Keys limits) {
    this.limits = limits;
  }

  /** Whether the task may begin, has to wait, or fails at once. */
  sealed interface Answer {
    record Go() implements Answer {}

    record Wait() implements Answer {}

    record Fail(Failure failure) implements Answer {}
  }

  Answer ask(String name, T task, long now) {
    Key<T> key = keys.computeIfAbsent(name, any -> new Key<>());
    if (key.pause > 0) {
      if (now < key.pausedUntil || key.probing) {
        return new Answer.Fail(leftAlone(name, key, now));
      }
      key.probing = true;
    } else if (limits.limit() > 0 && key.running >= limits.limit()) {
      key.waiting.add(task);
      return new Answer.Wait();
    }
    key.running++;
    return new Answer.Go();
  }

  private static <T> Failure leftAlone(String name, Key<T> key, long now) {
    long millis = Math.max(1_000, (key.pausedUntil - now) / 1_000_000);
    return Failure.of(
            FailureKind.EXCEPTION,
            name
                + " keeps failing (last: "
                + key.last
                + "): left alone for another "
                + (millis + 999) / 1000
                + " s")
        .retryAfter(millis);
  }

  /**
   * A task that was let through has ended.
   *
   * @param failure how, or empty: well
   * @return tasks that waited and are to ask again
   */
  List<T> ended(String name, Optional<Failure> failure, long now) {
    Key<T> key = keys.get(name);
    if (key == null) {
      return List.of();
    }
    key.running--;
    if (failure.isEmpty()) {
      key.failedInRow = 0;
      key.pause = 0;
    } else {
      key.failedInRow++;
      key.last = failure.get().headline();
      if (key.probing || (limits.circuit() > 0 && key.failedInRow >= limits.circuit())) {
        key.pause = key.pause == 0 ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, 2 * key.pause);
        key.pausedUntil = now + key.pause;
      }
    }
    key.probing = false;
    List<T> again = new ArrayList<>();
    while (!key.waiting.isEmpty() && (key.pause > 0 || again.isEmpty())) {
      again.add(key.waiting.remove());
    }
    if (again.isEmpty() && key.running == 0 && key.pause == 0 && key.failedInRow == 0) {
      keys.remove(name);
    }
    return again;
  }

  /** A task that waits is not wanted any more. */
  void forget(T task) {
    keys.values().forEach(key -> key.waiting.remove(task));
  }
}
