package io.muster.harness;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import io.muster.calls.CallHead;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An I/O task whose input is read: the user's code for it. Runs once, on any thread. */
public sealed interface ReadyTask {
  /** What it leans on, as {@link IoTask#key} has it. */
  @Nullable String key();

  /**
   * Runs the user's code.
   *
   * @return the result, or a {@link CompletionStage} of it
   * @throws Exception what the user's code throws
   */
  @Nullable Object run(TaskContext context) throws Exception;

  /** One that returns at once. */
  record Starting(IoTask<@Nullable Object, @Nullable Object> task, @Nullable Object input)
      implements ReadyTask {
    @Override
    @SuppressWarnings("NullAway") // the user's type may take null, which it does not read
    public @Nullable String key() {
      return task.key(input);
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public Object run(TaskContext context) throws Exception {
      CompletionStage<@Nullable Object> stage = task.start(input, context);
      if (stage == null) {
        throw new NullPointerException("start returned null: it must return a stage");
      }
      return stage;
    }
  }

  /** One that blocks its thread. */
  record Blocking(IoTask.Blocking<@Nullable Object, @Nullable Object> task, @Nullable Object input)
      implements ReadyTask {
    @Override
    @SuppressWarnings("NullAway") // the user's type may take null, which it does not read
    public @Nullable String key() {
      return task.key(input);
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public @Nullable Object run(TaskContext context) throws Exception {
      return task.run(input, context);
    }
  }

  /** One that may do either. */
  record Call(CallHead function, @Nullable Object read) implements ReadyTask {
    @Override
    public @Nullable String key() {
      return null;
    }

    @Override
    public @Nullable Object run(TaskContext context) throws Exception {
      return function.run(read);
    }
  }
}
