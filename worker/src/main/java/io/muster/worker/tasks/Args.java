package io.muster.worker.tasks;

import io.muster.api.TaskContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

  private static final Pattern STATUS = Pattern.compile("[1-5]([0-9]{2}|xx)");

  private Args() {}

  static long number(TaskContext context, String name, long usual) {
    return number(name, context.arg(name, Long.toString(usual)));
  }

  /** A number from 0 on. */
  static long number(String name, String text) {
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

  static Duration time(TaskContext context, String name, String usual) {
    return time(name, context.arg(name, usual));
  }

  /** A time with its unit. */
  static Duration time(String name, String text) {
    Matcher time = TIME.matcher(text);
    Duration unit = time.matches() ? UNITS.get(time.group(2)) : null;
    if (unit == null) {
      throw refused(name, "a time such as 30s or 500ms", text, null);
    }
    return unit.multipliedBy(Long.parseLong(time.group(1)));
  }

  static long bytes(TaskContext context, String name, String usual) {
    return bytes(name, context.arg(name, usual));
  }

  /** A number of bytes. */
  static long bytes(String name, String text) {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw refused(name, "a size such as 500k or 10m", text, null);
    }
    int thousands = size.group(2).isEmpty() ? 0 : 1 + "kmg".indexOf(size.group(2));
    return Long.parseLong(size.group(1)) << (10 * thousands);
  }

  /** Statuses, such as 404 or 5xx, or none. */
  static List<String> statuses(String name, String text) {
    List<String> all =
        Stream.of(text.toLowerCase(Locale.ROOT).split(",", -1)).map(String::strip).toList();
    if (!all.equals(List.of("none"))
        && !all.stream().allMatch(each -> STATUS.matcher(each).matches())) {
      throw refused(name, "statuses such as 404,5xx or none", text, null);
    }
    return all;
  }

  /** A folder on the worker's machine; empty: none. */
  static @Nullable Path folder(String name, String text) {
    try {
      return text.isEmpty() ? null : WorkerPath.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--arg " + name + ": " + e.getMessage(), e);
    }
  }

  static IllegalArgumentException refused(
      String name, String wanted, String text, @Nullable Throwable why) {
    return new IllegalArgumentException(
        "--arg " + name + ": not " + wanted + ": '" + text + "'", why);
  }
}
