package io.muster.coordinator.cli;

import io.muster.client.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** How numbers, times and what others wrote are shown to people. */
final class Text {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private static final String UNITS = "kMGTPE";

  private Text() {}

  /** Without anything that a terminal would obey, control characters of both kinds included. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints().forEach(c -> line.appendCodePoint(isObeyed(c) ? ' ' : c));
    return line.toString().replaceAll(" {2,}", " ").strip();
  }

  /** Also what would show text in another order than it has. */
  static boolean isObeyed(int c) {
    return Character.isISOControl(c)
        || c == 0x061c
        || c == 0x200e
        || c == 0x200f
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x2028
        || c == 0x2029;
  }

  /** What tasks print may hold anything; a terminal gets to see only text. */
  static String harmless(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isObeyed(c) && c != '\n' && c != '\t') {
                shown.append(String.format(c < 256 ? "\\x%02x" : "\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  /** With an ellipsis where it is longer than that. */
  static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /**
   * In four or five characters: {@code 9,999}, {@code 12k}, {@code 1.5M}; never more than it is.
   */
  static String briefCount(long number) {
    if (number < 10_000) {
      return count(number);
    }
    long unit = 1000;
    int power = 0;
    while (number / unit >= 1000 && power < UNITS.length() - 1) {
      unit *= 1000;
      power++;
    }
    long tenths = number / (unit / 10);
    String amount =
        tenths >= 100 || tenths % 10 == 0 ? count(tenths / 10) : tenths / 10 + "." + tenths % 10;
    return amount + UNITS.charAt(power);
  }

  /** The time of day if it was today, else the date. */
  static String briefTime(@Nullable Instant time, Instant now) {
    if (time == null) {
      return "-";
    }
    String whole = time(time);
    return whole.startsWith(time(now).substring(0, 10))
        ? whole.substring(11, 16)
        : whole.substring(0, 10);
  }

  static String time(@Nullable Instant time) {
    return time == null ? "-" : TIME.format(time.atZone(ZoneId.systemDefault()));
  }

  /** How long a job has run. */
  static String ran(JobStatus job, Instant now) {
    Instant end = job.finished() == null ? now : job.finished();
    return job.started() == null ? "-" : duration(Duration.between(job.started(), end));
  }

  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1fs", Math.max(0, duration.toMillis()) / 1000.0);
    }
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
    }
    return seconds < 86_400
        ? String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60)
        : String.format(Locale.ROOT, "%dd%02dh", seconds / 86_400, seconds / 3600 % 24);
  }

  static String tasks(JobStatus job) {
    return tasks(job, Text::count);
  }

  static String briefTasks(JobStatus job) {
    return tasks(job, Text::briefCount);
  }

  private static String tasks(JobStatus job, LongFunction<String> shown) {
    String total = job.total() == null ? "?" : shown.apply(job.total());
    return shown.apply(job.succeeded()) + "/" + total;
  }
}
