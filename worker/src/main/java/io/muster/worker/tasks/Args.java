package io.muster.worker.tasks;

import io.muster.api.TaskContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what {@code --arg} said. */
final class Args {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([kmg]?)");

  private Args() {}

  static long number(TaskContext context, String name, long usual) {
    String text = context.arg(name, Long.toString(usual));
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refused(name, "a number", text, e);
    }
    throw refused(name, "a number from 0 on", text, null);
  }

  /** A time with its unit. */
  static Duration time(TaskContext context, String name, String usual) {
    String text = context.arg(name, usual);
    Matcher time = TIME.matcher(text);
    Duration unit = time.matches() ? UNITS.get(time.group(2)) : null;
    if (unit == null) {
      throw refused(name, "a time such as 30s or 500ms", text, null);
    }
    return unit.multipliedBy(Long.parseLong(time.group(1)));
  }

  /** A number of bytes. */
  static long bytes(TaskContext context, String name, String usual) {
    String text = context.arg(name, usual);
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw refused(name, "a size such as 500k or 10m", text, null);
    }
    int thousands = size.group(2).isEmpty() ? 0 : 1 + "kmg".indexOf(size.group(2));
    return Long.parseLong(size.group(1)) << (10 * thousands);
  }

  static IllegalArgumentException refused(
      String name, String wanted, String text, @Nullable Throwable why) {
    return new IllegalArgumentException(
        "--arg " + name + ": not " + wanted + ": '" + text + "'", why);
  }
}
