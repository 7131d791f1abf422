package io.muster.coordinator.cli;

import io.muster.client.model.JobStatus;
import java.time.Duration;
import java.util.Locale;

/** One job's progress as one line: bar, tasks, failures, rate, and when it may end. */
final class ProgressLine {
  private static final double NANOS = 1e9;
  private static final double MEMORY_SECONDS = 10;
  private static final int LONGEST_BAR = 40;

  private long lastDone = -1;
  private long lastNanos;
  private double rate = Double.NaN;

  /** Takes note of how far the job is at this moment, in nanoseconds of one clock. */
  void at(JobStatus job, long nanos) {
    if (lastDone >= 0 && nanos - lastNanos < NANOS / 5) {
      return; // too short to measure
    }
    if (lastDone >= 0) {
      double seconds = (nanos - lastNanos) / NANOS;
      double now = Math.max(0, job.done() - lastDone) / seconds;
      double weight = 1 - Math.exp(-seconds / MEMORY_SECONDS);
      rate = Double.isNaN(rate) ? now : rate + weight * (now - rate);
    }
    lastDone = job.done();
    lastNanos = nanos;
  }

  String line(JobStatus job, int width) {
    StringBuilder words = new StringBuilder();
    words.append(' ').append(Text.count(job.done()));
    words.append('/').append(job.total() == null ? "?" : Text.count(job.total()));
    if (job.failed() > 0) {
      words.append("  ").append(Text.count(job.failed())).append(" failed");
    }
    if (job.state().isEnd()) {
      words.append("  ").append(job.state());
    } else if (!Double.isNaN(rate) && rate > 0) {
      words.append("  ").append(perSecond(rate)).append("/s").append(remaining(job));
    } else if (job.running() == 0) {
      words.append("  waiting");
    }
    String head = "job " + job.id() + " ";
    int bar = Math.min(LONGEST_BAR, width - 1 - head.length() - words.length() - 7);
    String line = head + (bar >= 5 ? bar(job, bar) : "") + percent(job) + words;
    return line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
  }

  private static double share(JobStatus job) {
    if (job.total() == null) {
      return 0;
    }
    return job.total() == 0 ? 1 : (double) job.done() / job.total();
  }

  private static String percent(JobStatus job) {
    return String.format(Locale.ROOT, "%3d%%", (int) (100 * share(job)));
  }

  private static String bar(JobStatus job, int length) {
    int full = (int) (share(job) * length);
    return "[" + "#".repeat(full) + "-".repeat(length - full) + "] ";
  }

  private static String perSecond(double rate) {
    return rate >= 100
        ? Text.count(Math.round(rate))
        : String.format(Locale.ROOT, rate >= 10 ? "%.0f" : "%.1f", rate);
  }

  private String remaining(JobStatus job) {
    if (job.total() == null) {
      return "";
    }
    double seconds = Math.max(0, job.total() - job.done()) / rate;
    return "  ETA " + Text.duration(Duration.ofMillis((long) Math.min(seconds * 1000, 1e14)));
  }
}
