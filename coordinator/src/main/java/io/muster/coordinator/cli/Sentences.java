package io.muster.coordinator.cli;

import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import java.time.Instant;
import java.util.stream.Collectors;

/** What people are told about a job, in one line. */
final class Sentences {
  private Sentences() {}

  /** How far it is. */
  static String underWay(JobStatus job) {
    String head = "job " + job.id() + " " + job.state() + ": ";
    if (job.isPipeline()) {
      return head + job.stages().stream().map(Sentences::stage).collect(Collectors.joining(", "));
    }
    Course course = Course.of(job);
    String step = course.lastStep().isEmpty() ? "" : ", " + course.lastStep();
    return head + course.counts() + failed(job.failed(), ", ", "") + step;
  }

  private static String stage(JobStatus.Stage stage) {
    String held = stage.held() ? " (held)" : "";
    return Text.oneLine(stage.name())
        + " "
        + Course.of(stage).counts()
        + failed(stage.failed(), " (", ")")
        + held;
  }

  private static String failed(long tasks, String before, String behind) {
    return tasks == 0 ? "" : before + Text.count(tasks) + " failed" + behind;
  }

  /** How it ended and where to look next. */
  static String ended(JobStatus job) {
    String head = "job " + job.id() + " " + job.state();
    String took = job.started() == null ? "" : " in " + Text.ran(job, Instant.now());
    if (job.state() == JobState.SUCCEEDED) {
      String stages = job.isPipeline() ? job.stages().size() + " stages, " : "";
      return head + took + ": " + stages + tasks(job.succeeded());
    }
    if (job.error() != null) {
      return head + took + ": " + error(job.error());
    }
    for (JobStatus.Stage stage : job.stages()) {
      if (stage.error() != null) {
        return head + took + ": " + Text.oneLine(stage.name()) + ": " + error(stage.error());
      }
    }
    String counts =
        Text.count(job.succeeded())
            + " succeeded, "
            + Text.count(job.failed())
            + " failed"
            + where(job)
            + ", "
            + Text.count(job.cancelled())
            + " cancelled";
    String next = job.failed() > 0 ? "; 'muster failures " + job.id() + "' tells why" : "";
    return head + took + ": " + counts + next;
  }

  static String error(JobStatus.Error error) {
    return error.phase() + ": " + Text.oneLine(error.failure().headline());
  }

  /** In which stages tasks failed. */
  private static String where(JobStatus job) {
    String stages =
        job.stages().stream()
            .filter(stage -> stage.failed() > 0)
            .map(stage -> Text.oneLine(stage.name()) + " " + Text.count(stage.failed()))
            .collect(Collectors.joining(", "));
    return stages.isEmpty() ? "" : " (" + stages + ")";
  }

  private static String tasks(long count) {
    return Text.count(count) + (count == 1 ? " task" : " tasks");
  }
}
