package io.muster.protocol;

import java.util.Arrays;
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
    JOB,
    /** {@code IoTask} or {@code IoTask.Blocking}: waits, many at once in one process. */
    IO
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

  /**
   * Calls of functions: each input is one, with its function in the values' head.
   *
   * @param jars the class path of the client, in order
   * @param setup a serialized {@code RemoteRunnable} that each process runs before its first task;
   *     empty: none
   * @param tasksPerProcess tasks after which a process is replaced; 0: never
   * @param io whether they wait rather than compute: many at once in one process, without a slot;
   *     what returns a {@code CompletionStage} ends with it, and gives what it is completed with
   */
  record Calls(List<BlobRef> jars, byte[] setup, int tasksPerProcess, boolean io)
      implements Program {
    /** Calls that compute. */
    public Calls(List<BlobRef> jars, byte[] setup, int tasksPerProcess) {
      this(jars, setup, tasksPerProcess, false);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Calls that
          && jars.equals(that.jars)
          && Arrays.equals(setup, that.setup)
          && tasksPerProcess == that.tasksPerProcess
          && io == that.io;
    }

    @Override
    public int hashCode() {
      return jars.hashCode();
    }
  }

  /**
   * Jobs in a row: the outputs of each stage are the inputs of the next, as they come. The inputs
   * of the pipeline are the first stage's.
   */
  record Pipeline(List<Stage> stages) implements Program {
    /**
     * One of the jobs.
     *
     * @param name different from the others'
     */
    public record Stage(String name, Program program, Policy policy) {}
  }

  /** Files that come with it to a worker. */
  default List<BlobRef> files() {
    if (this instanceof Pipeline pipeline) {
      return pipeline.stages().stream()
          .flatMap(stage -> stage.program().files().stream())
          .distinct()
          .toList();
    }
    if (this instanceof Java java) {
      return java.jars();
    }
    if (this instanceof Calls calls) {
      return calls.jars();
    }
    return this instanceof Command command ? command.with() : List.of();
  }

  /** Whether its tasks wait: they take no slot and run many at once in one process. */
  default boolean isIo() {
    return this instanceof Io
        || (this instanceof Java java && java.shape() == Shape.IO)
        || (this instanceof Calls calls && calls.io());
  }

  /** A built-in I/O task. */
  record Io(String name, Map<String, String> args) implements Program {}
}
