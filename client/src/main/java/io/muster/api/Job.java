package io.muster.api;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program that makes its own inputs and brings the results together.
 *
 * <p>{@code split}, {@code run} and {@code reduce} are called on any worker, on different objects
 * of the class, which is loaded anew for each of the three. Nothing is shared between them but the
 * arguments ({@link TaskContext#args()}) and what is handed on as inputs and results; a process may
 * have run another of them before, so what the program did to its JVM as a whole is still there.
 *
 * <p>What {@link Task} says of the class, its objects and of running again, holds here too.
 *
 * @param <I> the input of a task
 * @param <O> the result of a task
 * @param <R> the result of the job
 */
public interface Job<
    I extends @Nullable Object, O extends @Nullable Object, R extends @Nullable Object> {
  /**
   * Makes the inputs, one a task. The stream is read once, as fast as inputs are taken, and closed;
   * it may be lazy and of any length, and its elements are not kept in this process. Inputs are
   * stored before they run; when the process dies half-way, a second call must produce the same
   * inputs in the same order, of which the stored ones are skipped.
   *
   * @param context its {@link TaskContext#index()} is -1
   * @throws Exception and the job fails
   */
  Stream<I> split(TaskContext context) throws Exception;

  /**
   * Runs one task.
   *
   * @param input one that {@link #split} made
   * @param context what else there is to know about the task; valid until this call returns
   * @return the result, or null
   * @throws Exception and the task has failed, or is tried again; its neighbours are not concerned
   */
  O run(I input, TaskContext context) throws Exception;

  /**
   * Brings the results together when every task has succeeded. It runs on a worker: a file that it
   * writes is on that worker's machine.
   *
   * @param results of all tasks, in the order of their inputs; arrives while it is read, and can be
   *     read once, on the calling thread
   * @param context its {@link TaskContext#index()} is -1
   * @return the result of the job, or null
   * @throws Exception and the job fails
   */
  R reduce(Stream<O> results, TaskContext context) throws Exception;
}
