package io.muster.protocol;

import java.util.List;
import java.util.Map;

/** What runs on every input. */
public sealed interface Program {
  /** What the class of a Java program offers, found by the client before it submits. */
  enum Shape {
    /** {@code Task}: one call an input. */
    TASK,
    /** {@code RangeTask} without combine: one call a fixed piece of {@code --chunk} indices. */
    PIECES,
    /** {@code RangeTask} with {@code Combine}: any interval, results combined in index order. */
    COMBINING_RANGE,
    /** {@code Job}: splits itself, runs, reduces. */
    JOB
  }

  /**
   * @param jars the class path, the user's own jar first
   * @param className a public class with a public constructor without arguments
   * @param args from {@code --arg}
   */
  record Java(List<BlobRef> jars, String className, Shape shape, Map<String, String> args)
      implements Program {}

  /**
   * @param argv program and arguments; <code>{}</code> and <code>{#}</code> stand for input and
   *     index if the job has inputs
   * @param stdin whether the input is written to its standard input
   * @param cwd a folder that exists on the worker; empty: a new empty one for each task
   * @param with files put into the task's own folder
   */
  record Command(List<String> argv, boolean stdin, String cwd, List<BlobRef> with)
      implements Program {}

  /** A built-in I/O task; reserved. */
  record Io(String name, Map<String, String> args) implements Program {}
}
