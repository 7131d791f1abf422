package io.muster.api;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A task that waits rather than computes: for a server, a file, a timer. It takes no slot; a worker
 * runs thousands of them at once in one process beside its slots.
 *
 * <pre>{@code
 * public class Status implements IoTask<String, Integer> {
 *   private final HttpClient http = HttpClient.newHttpClient();
 *
 *   public CompletionStage<Integer> start(String url, TaskContext context) {
 *     HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
 *     return http.sendAsync(request, BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
 *   }
 * }
 * }</pre>
 *
 * <p>Who would rather write straight down and block implements {@link Blocking}.
 *
 * <p>The class is public and has a public constructor without arguments. One object of it serves
 * many tasks <em>at the same time</em>, on many threads: what it keeps in fields, such as a client
 * with its connections, must bear that. What {@link Task} says of running again, of inputs and of
 * results holds here too.
 *
 * @param <I> what the task is given, as {@link Task} has it
 * @param <O> the result
 */
public interface IoTask<I extends @Nullable Object, O extends @Nullable Object> {
  /**
   * Begins the task and returns at once; it ends when the stage does. The stage of a task that is
   * cancelled, or whose time ran out, is cancelled if it is a {@link
   * java.util.concurrent.CompletableFuture}.
   *
   * @param context what else there is to know about the task; valid until the stage is completed,
   *     on any thread
   * @throws Exception and the task has failed, as if the stage had ended with it
   */
  CompletionStage<O> start(I input, TaskContext context) throws Exception;

  /**
   * What the task leans on, such as a host: {@code --limit-per-key} tasks of one key run at once on
   * a worker, and a key whose tasks fail one after the other is left alone for a while.
   *
   * @return null if it leans on nothing
   */
  default @Nullable String key(I input) {
    return null;
  }

  /**
   * A task that waits and blocks its thread meanwhile: a virtual one where the JVM has them, else
   * one of a pool.
   */
  interface Blocking<I extends @Nullable Object, O extends @Nullable Object> {
    /**
     * Runs the task. Its thread is interrupted when it is cancelled or its time ran out.
     *
     * @param context what else there is to know about the task; valid until this call returns
     * @throws Exception and the task has failed, or is tried again; its neighbours are not
     *     concerned
     */
    O run(I input, TaskContext context) throws Exception;

    /** As {@link IoTask#key}. */
    default @Nullable String key(I input) {
      return null;
    }
  }
}
