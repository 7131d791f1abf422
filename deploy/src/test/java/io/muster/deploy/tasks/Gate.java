package io.muster.deploy.tasks;

import io.muster.api.TaskContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a task waits for, so that it lasts as long as its test wants: {@code --arg gate=FILE}, a
 * file that the test makes when it has seen what it came for.
 */
final class Gate {
  private static final Map<Path, CompletableFuture<Void>> AWAITED = new ConcurrentHashMap<>();

  private Gate() {}

  static boolean isIn(TaskContext context) {
    return context.args().containsKey("gate");
  }

  static boolean isOpen(TaskContext context) {
    return Files.exists(file(context));
  }

  /** Returns when the file is there. */
  static void await(TaskContext context) throws InterruptedException {
    await(file(context));
  }

  /** Done when the file is there; one thread looks for all tasks of a process. */
  static CompletableFuture<Void> opened(TaskContext context) {
    return AWAITED.computeIfAbsent(
        file(context), file -> CompletableFuture.runAsync(() -> looked(file), Gate::start));
  }

  private static Path file(TaskContext context) {
    return Path.of(context.arg("gate", ""));
  }

  private static void start(Runnable looking) {
    Thread thread = new Thread(looking, "gate");
    thread.setDaemon(true);
    thread.start();
  }

  private static void looked(Path file) {
    try {
      await(file);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted before " + file + " was there", e);
    }
  }

  private static void await(Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      Thread.sleep(20);
    }
  }
}
