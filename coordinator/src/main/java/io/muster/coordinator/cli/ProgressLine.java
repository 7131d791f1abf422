package io.muster.coordinator.cli;

import io.muster.client.model.JobStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;

/**
 * The progress of a job, or of a stage, as one line: bar, tasks, failures, rate, and when it may
 * end.
 */
final class ProgressLine {
  private static final double NANOS = 1e9;
  private static final double LEAST_SECONDS = 1;
  private static final double WINDOW_SECONDS = 5;
  private static final double MOST_SECONDS = 60;
  private static final int FEW = 5;
  private static final double BASE_SHARE = 0.01;
  private static final int LONGEST_BAR = 40;

  /** So much was done at that time. */
  private record Sample(long done, long nanos) {}

  /** The last minute's, the newest last. */
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  /** Takes note of how far it is at this moment, in nanoseconds of one clock. */
  void at(Course course, long nanos) {
    Sample last = samples.peekLast();
    if (last != null && nanos - last.nanos < NANOS / 5) {
      return; // too short to measure
    }
    samples.add(new Sample(course.done(), nanos));
    while (seconds(samples.getFirst()) > MOST_SECONDS) {
      samples.removeFirst();
    }
  }

  private double seconds(Sample since) {
    return (samples.getLast().nanos - since.nanos) / NANOS;
  }

  /**
   * Tasks a second, over the last seconds whoever looks and since whenever; over more of them where
   * few tasks end. NaN: nobody can tell yet.
   */
  private double rate() {
    if (samples.isEmpty() || seconds(samples.getFirst()) < LEAST_SECONDS) {
      return Double.NaN;
    }
    Iterator<Sample> backwards = samples.descendingIterator();
    Sample since = backwards.next();
    while (backwards.hasNext()
        && (seconds(since) < WINDOW_SECONDS || samples.getLast().done - since.done < FEW)) {
      since = backwards.next();
    }
    return Math.max(0, samples.getLast().done - since.done) / seconds(since);
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
    double rate = rate();
    if (course.state().isEnd()) {
      words.append("  ").append(course.state());
    } else if (!course.lastStep().isEmpty()) {
      words.append("  ").append(course.lastStep());
    } else if (course.held() && course.running() == 0) {
      words.append("  held");
    } else if (!Double.isNaN(rate) && rate > 0) {
      words.append("  ").append(perSecond(rate)).append("/s").append(remaining(course, rate));
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

  /** Nothing as long as it would be a guess. */
  private String remaining(Course course, double rate) {
    boolean isBase = course.share() >= BASE_SHARE || seconds(samples.getFirst()) >= WINDOW_SECONDS;
    if (course.total() == null || !isBase) {
      return "";
    }
    double seconds = Math.max(0, course.total() - course.done()) / rate;
    return "  ETA " + Text.duration(Duration.ofMillis((long) Math.min(seconds * 1000, 1e14)));
  }
}
