package io.muster.worker.tasks;

import io.muster.api.TaskContext;
import java.util.Locale;

/** Reads what {@code --arg} said. */
final class Args {
  private Args() {}

  static long number(TaskContext context, String name, long usual) {
    String text = context.arg(name, Long.toString(usual));
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--arg " + name + ": not a number: '" + text + "'", e);
    }
  }

  /** A number of bytes, such as {@code 10m}. */
  static long bytes(TaskContext context, String name, String usual) {
    String text = context.arg(name, usual).toLowerCase(Locale.ROOT);
    int shift = text.isEmpty() ? -1 : "kmg".indexOf(text.charAt(text.length() - 1));
    try {
      long number = Long.parseLong(shift < 0 ? text : text.substring(0, text.length() - 1));
      return number << (10 * (shift + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--arg " + name + ": not a size such as 10m: '" + text + "'", e);
    }
  }
}
