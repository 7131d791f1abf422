package io.muster.harness;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a user's exception as {@link Throwable#printStackTrace()} does, with causes and suppressed
 * exceptions, but without the frames of ours that called the user's code.
 */
final class StackTraces {
  /** A recursion's trace has a thousand frames; a stack of causes may have many of these. */
  private static final int MOST_CHARACTERS = 128 * 1024;

  /** Causes of causes; more of them would overflow the stack here too. */
  private static final int MOST_NESTED = 500;

  private static final List<String> OURS =
      List.of("io.muster.harness.", "io.muster.calls.", "io.muster.worker.io.");

  /** What is below our own frames where tasks run. */
  private static final Set<String> THREADS =
      Set.of(
          "java.lang.Thread",
          "java.lang.VirtualThread",
          "java.util.concurrent.ThreadPoolExecutor",
          "java.util.concurrent.ThreadPoolExecutor$Worker");

  private final StringBuilder text = new StringBuilder();
  private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private int nested;

  private StackTraces() {}

  static String of(Throwable thrown) {
    StackTraces traces = new StackTraces();
    traces.append(thrown, "", "", null);
    StringBuilder text = traces.text;
    if (text.length() > MOST_CHARACTERS) {
      int left = text.length() - MOST_CHARACTERS;
      text.replace(
          MOST_CHARACTERS / 2,
          MOST_CHARACTERS / 2 + left,
          "\n... " + left + " characters left out ...\n");
    }
    return text.toString();
  }

  /** The frames of a throwable down to the user's lowest. */
  static StackTraceElement[] framesOf(Throwable thrown) {
    StackTraceElement[] frames = asked(thrown::getStackTrace, null);
    if (frames == null) {
      return new StackTraceElement[0];
    }
    int end = frames.length;
    int ourFirst = end;
    while (end > 0 && isBelowUserCode(frames[end - 1].getClassName())) {
      end--;
      if (isOurs(frames[end].getClassName())) {
        ourFirst = end;
      }
    }
    if (ourFirst == frames.length) {
      return frames;
    }
    while (ourFirst > 0 && isReflection(frames[ourFirst - 1].getClassName())) {
      ourFirst--; // by which the program's object was made
    }
    return Arrays.copyOf(frames, ourFirst);
  }

  private static boolean isBelowUserCode(String className) {
    return isOurs(className)
        || THREADS.contains(className)
        || isReflection(className)
        || className.startsWith("java.util.stream.");
  }

  private static boolean isOurs(String className) {
    return OURS.stream().anyMatch(className::startsWith);
  }

  private static boolean isReflection(String className) {
    return className.startsWith("java.lang.reflect.")
        || className.startsWith("jdk.internal.reflect.");
  }

  private void append(
      Throwable thrown, String indent, String label, StackTraceElement @Nullable [] enclosing) {
    text.append(indent).append(label);
    if (!seen.add(thrown)) {
      text.append("[CIRCULAR REFERENCE: ").append(headline(thrown)).append("]\n");
      return;
    }
    text.append(headline(thrown)).append('\n');
    StackTraceElement[] frames = framesOf(thrown);
    int common = enclosing == null ? 0 : commonTail(frames, enclosing);
    for (int i = 0; i < frames.length - common; i++) {
      text.append(indent).append("\tat ").append(named(frames[i])).append('\n');
    }
    if (common > 0) {
      text.append(indent).append("\t... ").append(common).append(" more\n");
    }
    nested++;
    for (Throwable suppressed : thrown.getSuppressed()) {
      appendUnlessFull(suppressed, indent + "\t", "Suppressed: ", frames);
    }
    Throwable cause = causeOf(thrown);
    if (cause != null) {
      appendUnlessFull(cause, indent, "Caused by: ", frames);
    }
    nested--;
  }

  private void appendUnlessFull(
      Throwable thrown, String indent, String label, StackTraceElement[] enclosing) {
    if (text.length() > 4 * MOST_CHARACTERS) {
      return; // it will be cut anyway
    }
    if (nested == MOST_NESTED) {
      text.append(indent).append(label).append("... left out, and what is behind it\n");
      return;
    }
    append(thrown, indent, label, enclosing);
  }

  /** The user knows nothing of the loader that their classes come from here. */
  static StackTraceElement named(StackTraceElement frame) {
    return ProgramLoader.NAME.equals(frame.getClassLoaderName())
        ? new StackTraceElement(
            frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
        : frame;
  }

  private static int commonTail(StackTraceElement[] frames, StackTraceElement[] enclosing) {
    int common = 0;
    while (common < Math.min(frames.length, enclosing.length)
        && frames[frames.length - 1 - common].equals(enclosing[enclosing.length - 1 - common])) {
      common++;
    }
    return common;
  }

  /** What the user's own {@code toString} says, unless it throws too. */
  static String headline(Throwable thrown) {
    return String.valueOf(asked(thrown::toString, thrown.getClass().getName()));
  }

  static String messageOf(Throwable thrown) {
    String message = asked(thrown::getMessage, "");
    return message == null ? "" : message;
  }

  static @Nullable Throwable causeOf(Throwable thrown) {
    return asked(thrown::getCause, null);
  }

  /** These are the user's methods, if they like, and may throw anything. */
  private static <T> @Nullable T asked(Supplier<@Nullable T> question, @Nullable T otherwise) {
    try {
      return question.get();
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      return otherwise;
    }
  }
}
