package io.muster.client;

import io.muster.client.session.CallFailure;
import io.muster.protocol.Failure;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a task failed on its worker, as text and figures. It is the cause of the {@link
 * java.util.concurrent.ExecutionException} when the task did not throw (its process died, ran out
 * of time or memory) or threw what this program has no class for. When it has, the cause is the
 * task's own exception, with its stack trace in the task's process, and this one stands among its
 * {@linkplain Throwable#getSuppressed() suppressed} ones to say where it ran.
 */
public final class RemoteTaskException extends RuntimeException {
  /** Why a task did not succeed. */
  public enum Kind {
    /** It threw. */
    EXCEPTION,
    /** A command ended with another exit code than 0. */
    EXIT,
    /** Its process died: by {@code System.exit}, by a signal, by a fault of the JVM. */
    CRASH,
    /** It ran longer than its time limit. */
    TIMEOUT,
    /** It needed more memory than it was given. */
    MEMORY,
    /**
     * Its function or arguments can't be read there, or its result can't be written or read here.
     */
    ENCODE,
    /** Its result is larger than the limit. */
    LIMIT,
    /** Its worker vanished. */
    LOST,
    /** It was not started at all. */
    REJECTED
  }

  private final Kind kind;
  private final String typeName;
  private final String remoteMessage;
  private final String remoteStackTrace;
  private final String worker;
  private final int tryNumber;
  private final int exitCode;
  private final int signal;
  private final String stderr;

  RemoteTaskException(CallFailure why) {
    this(why, null);
  }

  RemoteTaskException(CallFailure why, @Nullable Throwable cause) {
    super(message(why), cause, true, false);
    Failure failure = why.failure();
    kind = Kind.valueOf(failure.kind().name());
    typeName = failure.type();
    remoteMessage = failure.message();
    remoteStackTrace = failure.stackTrace();
    worker = why.worker();
    tryNumber = why.tryNumber();
    exitCode = failure.exitCode() == null ? NONE : failure.exitCode();
    signal = failure.signal() == null ? NONE : failure.signal();
    stderr = failure.stderr();
  }

  private static final int NONE = Integer.MIN_VALUE;

  private static String message(CallFailure why) {
    StringBuilder text = new StringBuilder(why.failure().headline());
    if (!why.worker().isEmpty()) {
      text.append(" (try ").append(why.tryNumber()).append(" on worker ").append(why.worker());
      text.append(')');
    }
    if (!why.failure().stackTrace().isEmpty()) {
      text.append("\nIn the task's process:\n").append(why.failure().stackTrace().stripTrailing());
    }
    if (!why.failure().stderr().isEmpty()) {
      text.append("\nIts last words on standard error:\n");
      text.append(why.failure().stderr().stripTrailing());
    }
    return text.toString();
  }

  /** Why it did not succeed. */
  public Kind kind() {
    return kind;
  }

  /** The class of what the task threw, or empty. */
  public String typeName() {
    return typeName;
  }

  /** The message of what the task threw, or what happened to it. */
  public String remoteMessage() {
    return remoteMessage;
  }

  /** Where in the task's process it was thrown, with causes, as text; or empty. */
  public String remoteStackTrace() {
    return remoteStackTrace;
  }

  /** The worker that ran the last try; empty if none did. */
  public String worker() {
    return worker;
  }

  /** Which try failed for good, from 1; 0 if it was not tried. */
  public int tryNumber() {
    return tryNumber;
  }

  /** With which exit code its process ended, if it ended by itself. */
  public OptionalInt exitCode() {
    return exitCode == NONE ? OptionalInt.empty() : OptionalInt.of(exitCode);
  }

  /** Which signal ended its process, if one did. */
  public OptionalInt signal() {
    return signal == NONE ? OptionalInt.empty() : OptionalInt.of(signal);
  }

  /** The last lines that its process wrote to standard error, or empty. */
  public String stderr() {
    return stderr;
  }
}
