package io.muster.coordinator.cli;

import io.muster.client.model.JobStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far a job is, for a terminal: one line, or of a pipeline one that leads a line a stage. */
final class Progress {
  private static final int LONGEST_NAME = 24;
  private static final int MOST_STAGES = 16;

  private final ProgressLine whole = new ProgressLine();
  private final Map<Long, ProgressLine> stages = new HashMap<>();

  /** Takes note of how far it is at this moment, in nanoseconds of one clock. */
  void at(JobStatus job, long nanos) {
    whole.at(job, nanos);
    for (JobStatus.Stage stage : job.stages()) {
      line(stage).at(Course.of(stage), nanos);
    }
  }

  private ProgressLine line(JobStatus.Stage stage) {
    return stages.computeIfAbsent(stage.id(), id -> new ProgressLine());
  }

  List<String> lines(JobStatus job, int width) {
    if (!job.isPipeline()) {
      return List.of(whole.line(job, width));
    }
    List<String> lines = new ArrayList<>();
    String head = "job " + job.id() + " " + job.state() + ": " + Text.oneLine(job.name());
    lines.add(fitted(head, width));
    int longest = job.stages().stream().mapToInt(stage -> name(stage).length()).max().orElse(0);
    for (JobStatus.Stage stage : shown(job)) {
      String name = name(stage);
      String begin = "  " + name + " ".repeat(longest - name.length() + 1);
      lines.add(line(stage).line(begin, Course.of(stage), width));
    }
    return lines;
  }

  /** All, or of many those that are not over yet, as many as a small terminal has room for. */
  private static List<JobStatus.Stage> shown(JobStatus job) {
    if (job.stages().size() <= MOST_STAGES) {
      return job.stages();
    }
    return job.stages().stream()
        .filter(stage -> !stage.state().isEnd())
        .limit(MOST_STAGES)
        .toList();
  }

  private static String name(JobStatus.Stage stage) {
    return fitted(Text.oneLine(stage.name()), LONGEST_NAME + 1);
  }

  private static String fitted(String text, int width) {
    return text.length() < width ? text : text.substring(0, Math.max(0, width - 1));
  }
}
