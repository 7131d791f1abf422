package io.muster.coordinator.desk;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where the services of a node find the desk, while there is one. Any thread. */
public final class Reception {
  private volatile @Nullable Desk desk;
  private final CompletableFuture<Desk> first = new CompletableFuture<>();

  /** A coordinator is active here from now on. */
  public void open(Desk opened) {
    desk = opened;
    first.complete(opened);
  }

  /** It is no longer. */
  public void close() {
    desk = null;
  }

  public boolean isOpen() {
    return desk != null;
  }

  /** Completes when a coordinator is active on this node for the first time. */
  public CompletionStage<Desk> opened() {
    return first.minimalCompletionStage();
  }

  /** Throws {@link NotActive}. */
  public Desk desk() {
    Desk now = desk;
    if (now == null) {
      throw new NotActive("no coordinator is active here");
    }
    return now;
  }
}
