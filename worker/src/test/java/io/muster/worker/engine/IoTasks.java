package io.muster.worker.engine;

import io.muster.api.IoTask;
import io.muster.api.RetryLaterException;
import io.muster.api.TaskContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a user's jar of I/O tasks may have. */
public final class IoTasks {
  private IoTasks() {}

  /** Ends a little later with its input; never on the input {@code --arg hang=N}. */
  public static final class Waits implements IoTask<Long, Long> {
    @Override
    public CompletionStage<Long> start(Long input, TaskContext context) {
      CompletableFuture<Long> stage = new CompletableFuture<>();
      stage.whenComplete(
          (value, failure) -> {
            if (failure != null) {
              context.log().println("ends by " + failure.getClass().getSimpleName());
            }
          });
      if (input == Long.parseLong(context.arg("hang", "-1"))) {
        context.log().println("hangs");
        return stage;
      }
      return stage.completeOnTimeout(
          input, Long.parseLong(context.arg("millis", "1")), TimeUnit.MILLISECONDS);
    }
  }

  /** Says which process it is in. */
  public static final class Where implements IoTask.Blocking<Long, Long> {
    @Override
    public Long run(Long input, TaskContext context) {
      return ProcessHandle.current().pid();
    }
  }

  /** Sleeps, until it is interrupted. */
  public static final class Sleeps implements IoTask.Blocking<Long, Long> {
    @Override
    public Long run(Long input, TaskContext context) throws InterruptedException {
      context.log().println("sleeps");
      try {
        Thread.sleep(Long.parseLong(context.arg("millis", "1000000")));
      } catch (InterruptedException e) {
        context.log().println("interrupted");
        throw e;
      }
      return input;
    }
  }

  /** Does what {@code --arg does} says on the input 5. */
  public static final class Misbehaves implements IoTask<Long, Object> {
    @Override
    public CompletionStage<Object> start(Long input, TaskContext context) throws Exception {
      if (input != 5) {
        return new Waits().start(input, context).thenApply(x -> x);
      }
      switch (context.arg("does", "")) {
        case "exit" -> System.exit(42);
        case "memory" -> {
          List<byte[]> all = new ArrayList<>();
          while (true) {
            all.add(new byte[1 << 20]);
          }
        }
        case "no-thread" -> throw new OutOfMemoryError("unable to create native thread");
        case "block" -> Thread.sleep(1_500);
        case "null" -> {
          return null;
        }
        case "later" -> throw new RetryLaterException("busy", Duration.ofSeconds(7));
        case "large" -> {
          return CompletableFuture.completedFuture("x".repeat(100_000));
        }
        default -> throw new IllegalStateException("as it was told");
      }
      return CompletableFuture.completedFuture(input);
    }
  }

  /** Its stage fails on another thread. */
  public static final class FailsLater implements IoTask<Long, Long> {
    @Override
    public CompletionStage<Long> start(Long input, TaskContext context) {
      return CompletableFuture.supplyAsync(
          () -> {
            throw new IllegalStateException("later");
          });
    }
  }

  /** Can't be made. */
  public static final class Unmade implements IoTask<Long, Long> {
    public Unmade() {
      throw new IllegalStateException("no licence");
    }

    @Override
    public CompletionStage<Long> start(Long input, TaskContext context) {
      return CompletableFuture.completedFuture(input);
    }
  }

  /** Ends its process while it is loaded. */
  public static final class ExitsWhenMade implements IoTask<Long, Long> {
    public ExitsWhenMade() {
      System.exit(41);
    }

    @Override
    public CompletionStage<Long> start(Long input, TaskContext context) {
      return CompletableFuture.completedFuture(input);
    }
  }

  /** All lean on one key; results in how many of them ran at once, at most. */
  public static final class Counts implements IoTask<Long, Integer> {
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @Override
    public CompletionStage<Integer> start(Long input, TaskContext context) {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      return CompletableFuture.supplyAsync(
          () -> {
            running.decrementAndGet();
            return most.get();
          },
          CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS));
    }

    @Override
    public String key(Long input) {
      return "the host";
    }
  }

  /** Fails; all lean on one key. */
  public static final class Refused implements IoTask<Long, Long> {
    @Override
    public CompletionStage<Long> start(Long input, TaskContext context) {
      throw new IllegalStateException("refused");
    }

    @Override
    public String key(Long input) {
      return "the host";
    }
  }

  /** Prints on its own thread and on another. */
  public static final class Prints implements IoTask.Blocking<Long, Long> {
    @Override
    public Long run(Long input, TaskContext context) throws InterruptedException {
      System.out.println("own of " + input);
      Thread other = new Thread(() -> System.err.println("another's"));
      other.start();
      other.join();
      context.log().println("log of " + input);
      return input;
    }
  }
}
