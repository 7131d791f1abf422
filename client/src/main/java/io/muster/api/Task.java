package io.muster.api;

import org.jspecify.annotations.Nullable;

/**
 * One call for each input of a job.
 *
 * <pre>{@code
 * public class Square implements Task<Long, Long> {
 *   public Long run(Long input, TaskContext context) {
 *     return input * input;
 *   }
 * }
 * }</pre>
 *
 * <p>The class is public and has a public constructor without arguments. One object of it serves
 * many tasks in one process, one after the other on one thread, so that what is costly to set up
 * can be kept in a field; tasks of the same job run at the same time in other processes.
 *
 * <p>A task runs <em>at least</em> once: it runs again after the death of its process or worker,
 * and, with {@code --retries}, after an exception. Its result is recorded once.
 *
 * @param <I> what the task is given. From the command line, inputs are JSON values that are read
 *     into this type, elements of {@code --range} ({@code Long}, or any other number type), or
 *     lines of text: a {@code String} gets the line as it is, any other type gets the line read as
 *     one JSON value. A job without inputs has one task, whose input is null.
 * @param <O> the result; from the command line it is shown as JSON
 */
public interface Task<I extends @Nullable Object, O extends @Nullable Object> {
  /**
   * Runs the task.
   *
   * @param input this task's input
   * @param context what else there is to know about the task; valid until this call returns
   * @return the result, or null
   * @throws Exception and the task has failed, or is tried again; its neighbours are not concerned
   */
  O run(I input, TaskContext context) throws Exception;
}
