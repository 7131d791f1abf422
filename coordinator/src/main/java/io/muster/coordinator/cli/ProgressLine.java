package io.muster.coordinator.cli;

import io.muster.client.model.JobStatus;
import java.time.Duration;
import java.util.Locale;

/**
 * The progress of a job, or of a stage, as one line: bar, tasks, failures, rate, and when it may
 * end.
 */
final class ProgressLine {
  private static final double NANOS = 1e9;
  private static final double MEMORY_SECONDS = 10;
  private static final int LONGEST_BAR = 40;

  private long lastDone = -1;
  private long lastNanos;
  private double rate = Double.NaN;

  /** Takes note of how far it is at this moment, in nanoseconds of one clock. */
  void at(Course course, long nanos) {
    if (lastDone >= 0 && nanos - lastNanos < NANOS / 5) {
      return; // too short to measure
    }
    if (lastDone >= 0) {
      double seconds = (nanos - lastNanos) / NANOS;
      double now = Math.max(0, course.done() - lastDone) / seconds;
      double weight = 1 - Math.exp(-seconds / MEMORY_SECONDS);
      rate = Double.isNaN(rate) ? now : rate + weight * (now - rate);
    }
    lastDone = course.done();
    lastNanos = nanos;
  }

  void at(JobStatus job, long nanos) {
    at(Course.of(job), nanos);
  }

  String line(JobStatus job, int width) {
    return line("job " + job.id() + " ", Course.of(job), width);
  }

  /**
   * @param head what the line begins with
   */
  String line(String head, Course course, int width) {
    StringBuilder words = new StringBuilder(" ").append(course.counts());
    if (course.failed() > 0) {
      words.append("  ").append(Text.count(course.failed())).append(" failed");
    }
    if (course.state().isEnd()) {
      words.append("  ").append(course.state());
    } else if (course.held() && course.running() == 0) {
      words.append("  held");
    } else if (!Double.isNaN(rate) && rate > 0) {
      words.append("  ").append(perSecond(rate)).append("/s").append(remaining(course));
    } else if (course.running() == 0) {
      words.append("  waiting");
    }
    int bar = Math.min(LONGEST_BAR, width - 1 - head.length() - words.length() - 7);
    String line =
        head + (bar >= 5 ? bar(course.share(), bar) : "") + percent(course.share()) + words;
    return line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%3d%%", (int) (100 * share));
  }

  private static String bar(double share, int length) {
    int full = (int) (share * length);
    return "[" + "#".repeat(full) + "-".repeat(length - full) + "] ";
  }

  private static String perSecond(double rate) {
    return rate >= 100
        ? Text.count(Math.round(rate))
        : String.format(Locale.ROOT, rate >= 10 ? "%.0f" : "%.1f", rate);
  }

  private String remaining(Course course) {
    if (course.total() == null) {
      return "";
    }
    double seconds = Math.max(0, course.total() - course.done()) / rate;
    return "  ETA " + Text.duration(Duration.ofMillis((long) Math.min(seconds * 1000, 1e14)));
  }
}
