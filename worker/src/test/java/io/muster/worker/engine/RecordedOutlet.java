package io.muster.worker.engine;

import io.muster.protocol.ToCoordinator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A coordinator that hears what is said and finds it durable at once. */
final class RecordedOutlet implements Outlet {
  private final BlockingQueue<ToCoordinator> said = new LinkedBlockingQueue<>();
  private final Engine engine;

  RecordedOutlet(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void say(List<ToCoordinator> items) {
    said.addAll(items);
    engine.durable(this, items.size());
  }

  @Override
  public void mention(ToCoordinator item) {}

  /** The next of this type; others before it are passed over. */
  <T extends ToCoordinator> T next(Class<T> type) throws InterruptedException {
    return next(type, item -> true);
  }

  /** The next of this type that is wanted; others before it are passed over. */
  <T extends ToCoordinator> T next(Class<T> type, Predicate<T> wanted) throws InterruptedException {
    while (true) {
      ToCoordinator item = said.poll(60, TimeUnit.SECONDS);
      if (item == null) {
        throw new AssertionError("no " + type.getSimpleName() + " was said");
      }
      if (type.isInstance(item) && wanted.test(type.cast(item))) {
        return type.cast(item);
      }
    }
  }
}
