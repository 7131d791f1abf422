package io.muster.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Holds calls back while enough of the same key are under way. One thread. */
final class KeyLimit<T extends @Nullable Object> {
  /** A call whose turn has not come. */
  record Held(int position, byte[] arguments) {}

  private static final class Key {
    final Object name;
    int underWay;
    final Deque<Held> held = new ArrayDeque<>();

    Key(Object name) {
      this.name = name;
    }
  }

  private final int limit;
  private final Function<? super T, ? extends @Nullable Object> nameOf;
  private final Map<Object, Key> keys = new HashMap<>();
  private final Map<Integer, Key> underWay = new HashMap<>();
  private int holding;

  KeyLimit(int limit, Function<? super T, ? extends @Nullable Object> nameOf) {
    this.limit = limit;
    this.nameOf = nameOf;
  }

  /**
   * A call is to be sent.
   *
   * @return whether it may be now; if not, {@link #ended} gives it when its turn has come
   */
  boolean begins(int position, T input, byte[] arguments) {
    Object name = nameOf.apply(input);
    if (name == null) {
      return true;
    }
    Key key = keys.computeIfAbsent(name, Key::new);
    if (key.underWay >= limit) {
      key.held.addLast(new Held(position, arguments));
      holding++;
      return false;
    }
    key.underWay++;
    underWay.put(position, key);
    return true;
  }

  /**
   * A call has ended.
   *
   * @return the one that takes its place and is to be sent
   */
  @Nullable Held ended(int position) {
    Key key = underWay.remove(position);
    if (key == null) {
      return null;
    }
    Held next = key.held.pollFirst();
    if (next != null) {
      holding--;
      underWay.put(next.position(), key);
    } else if (--key.underWay == 0) {
      keys.remove(key.name);
    }
    return next;
  }

  boolean holdsAny() {
    return holding > 0;
  }
}
