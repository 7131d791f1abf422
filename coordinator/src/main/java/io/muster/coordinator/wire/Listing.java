package io.muster.coordinator.wire;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An answer that is a list, one message an entry. */
final class Listing<E, T> implements Source<T> {
  private final CompletableFuture<List<E>> entries;
  private final Function<E, T> message;
  private @Nullable Iterator<E> left;

  Listing(CompletionStage<List<E>> entries, Function<E, T> message) {
    this.entries = entries.toCompletableFuture();
    this.message = message;
  }

  @Override
  public Step<T> next() {
    if (!entries.isDone()) {
      return new Later<>(entries);
    }
    if (left == null) {
      left = entries.join().iterator();
    }
    return left.hasNext() ? new Item<>(message.apply(left.next())) : new End<>();
  }

  @Override
  public void close() {}
}
