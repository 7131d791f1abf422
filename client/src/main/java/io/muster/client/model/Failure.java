package io.muster.client.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a task, or a job's own step, did not succeed.
 *
 * @param type the exception's class name, or empty
 * @param message one line where possible
 * @param stackTrace whole, with causes, or empty
 * @param exitCode of the command or the task process, if it exited
 * @param signal that ended it, if one did
 * @param stderr the last lines it wrote to standard error, or empty
 */
public record Failure(
    Kind kind,
    String type,
    String message,
    String stackTrace,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    String stderr) {
  /** What kind of thing went wrong. */
  public enum Kind {
    /** The task threw. */
    EXCEPTION,
    /** A command ended with another exit code than 0. */
    EXIT,
    /** Its process died: a JVM that ended by itself, a command ended by a signal. */
    CRASH,
    /** It ran longer than the job's time-out. */
    TIMEOUT,
    /** It needed more memory than the job gives. */
    MEMORY,
    /** Its input can't be decoded or its result can't be encoded. */
    ENCODE,
    /** Its result is larger than the job allows. */
    LIMIT,
    /** Its worker vanished, or had no room for its result. */
    LOST,
    /** It was not started at all: no such class, no such program, no such folder. */
    REJECTED;

    /** As users read it: {@code timeout}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The message behind the exception's class name, as {@link Throwable#toString()} has it. */
  public String headline() {
    if (type.isEmpty() || message.startsWith(type)) {
      return message;
    }
    return message.isEmpty() ? type : type + ": " + message;
  }
}
