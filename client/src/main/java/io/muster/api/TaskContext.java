package io.muster.api;

import java.io.PrintStream;
import java.util.Map;

/** What a task can know besides its input. Valid while the call that got it runs. */
public interface TaskContext {
  /** The arguments of the job, as given by {@code --arg K=V}; can't be changed. */
  Map<String, String> args();

  /**
   * One argument of the job.
   *
   * @param fallback what to return if the job has no such argument
   */
  default String arg(String name, String fallback) {
    return args().getOrDefault(name, fallback);
  }

  /** The number of the job. */
  long job();

  /**
   * The index of the task in its job, from 0; of a range task that combines, the first index of the
   * piece; -1 in {@code split}, {@code combine} of finished pieces, and {@code reduce}.
   */
  long index();

  /** Which try of this task this is, from 1. More than 1 after a failure or a death. */
  int tryNumber();

  /**
   * Where the task can write for people: kept with the job, by task and try, and shown by {@code
   * muster logs}. {@code System.out} and {@code System.err} lead to the same place. Kept are the
   * first and the last half of {@code --log-limit}.
   */
  PrintStream log();
}
