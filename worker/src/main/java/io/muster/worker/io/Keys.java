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
import org.jspecify.annotations.Nullable;

/**
 * The keys of a job's tasks, such as hosts: so many tasks of one at once, and none while it keeps
 * failing. A key that failed so often in a row is left alone for a second, and twice as long each
 * time the one task that is let through then fails too, at most a minute; what comes meanwhile
 * fails at once. One thread.
 *
 * @param <T> a task
 */
final class Keys<T extends Object> {
  /** Of so many keys, those that did well, or failed seldom, are forgotten. */
  private static final int MANY = 10_000;

  private static final int LONGEST_REASON = 200;
  private static final long SECOND = 1_000_000_000;
  private static final long LONGEST_PAUSE = 60 * SECOND;

  private static final class Key<T> {
    final ArrayDeque<T> waiting = new ArrayDeque<>();
    int running;
    int failedInRow;

    /** 0: its circuit is closed. */
    long pause;

    long pausedUntil;

    /** The one task that is let through after a pause, while it runs. */
    @Nullable T probe;

    String last = "";

    boolean isIdle() {
      return running == 0 && waiting.isEmpty() && pause == 0;
    }
  }

  private final Policy.Keys limits;
  private final Map<String, Key<T>> keys = new HashMap<>();

  Keys(Policy.Keys limits) {
    this.limits = limits;
  }

  /** Whether a task may begin. */
  sealed interface Answer {
    /** It may. */
    record Go() implements Answer {}

    /** When another one has ended, it is to ask again. */
    record Wait() implements Answer {}

    /** It fails at once. */
    record Fail(Failure failure) implements Answer {}
  }

  Answer ask(String name, T task, long now) {
    Key<T> key = keys.computeIfAbsent(name, any -> new Key<>());
    if (key.pause > 0) {
      if (now - key.pausedUntil < 0 || key.probe != null) {
        return new Answer.Fail(leftAlone(name, key, now));
      }
      key.probe = task;
    } else if (limits.limit() > 0 && key.running >= limits.limit()) {
      key.waiting.add(task);
      return new Answer.Wait();
    }
    key.running++;
    return new Answer.Go();
  }

  private static Failure leftAlone(String name, Key<?> key, long now) {
    long seconds = Math.max(1, (key.pausedUntil - now + SECOND - 1) / SECOND);
    String reason =
        "%s keeps failing (last: %s): left alone for another %d s"
            .formatted(name, key.last, seconds);
    return Failure.of(FailureKind.EXCEPTION, reason).retryAfter(1000 * seconds);
  }

  /**
   * A task that was let through has ended.
   *
   * @param failure how, or empty: well
   * @return tasks that waited and are to ask again
   */
  List<T> ended(String name, T task, Optional<Failure> failure, long now) {
    Key<T> key = known(name);
    key.running--;
    boolean probed = task.equals(key.probe);
    if (probed) {
      key.probe = null;
    }
    if (failure.isEmpty()) {
      key.failedInRow = 0;
      key.pause = 0;
    } else if (isItsFault(failure.get().kind())) {
      failed(key, failure.get(), probed, now);
    }
    return next(name, key);
  }

  /** A task that waits is not wanted any more. */
  void forget(String name, T task) {
    known(name).waiting.remove(task);
  }

  private static boolean isItsFault(FailureKind kind) {
    return kind == FailureKind.EXCEPTION || kind == FailureKind.TIMEOUT;
  }

  /** Those that began before a pause and fail in it make it no longer. */
  private void failed(Key<T> key, Failure failure, boolean probed, long now) {
    key.failedInRow++;
    key.last = oneLine(failure);
    boolean opens = limits.circuit() > 0 && key.failedInRow >= limits.circuit();
    if (probed || (key.pause == 0 && opens)) {
      key.pause = key.pause == 0 ? SECOND : Math.min(LONGEST_PAUSE, 2 * key.pause);
      key.pausedUntil = now + key.pause;
    }
  }

  private static String oneLine(Failure failure) {
    String line = failure.headline().lines().findFirst().orElse("");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
  }

  private List<T> next(String name, Key<T> key) {
    List<T> next = new ArrayList<>();
    while (!key.waiting.isEmpty() && (key.pause > 0 || next.isEmpty())) {
      next.add(key.waiting.remove());
    }
    if (key.isIdle() && next.isEmpty() && key.failedInRow == 0) {
      keys.remove(name);
    } else if (keys.size() > MANY) {
      keys.values().removeIf(Key::isIdle);
    }
    return next;
  }

  private Key<T> known(String name) {
    Key<T> key = keys.get(name);
    if (key == null) {
      throw new IllegalStateException("no task leans on " + name);
    }
    return key;
  }
}
