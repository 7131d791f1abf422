package io.muster.coordinator.store;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group as it gathers: it keeps what it is given, and leaves the packing to the store's thread.
 */
final class Pending implements StoreGroup {
  /** Inputs from an index on. */
  record Inputs(long from, Values values) {}

  /** Outputs of a stage, which are the inputs from an index on. */
  record Passed(long from, Outcomes outcomes) {}

  /** Failures that came with outcomes. */
  record Failed(WorkerId worker, Outcomes outcomes, boolean[] retried) {
    long from() {
      return outcomes.interval().from();
    }
  }

  /** What one job has in this group. */
  static final class OfJob {
    final List<Inputs> inputs = new ArrayList<>();
    final List<Passed> passed = new ArrayList<>();
    final List<Outcomes> results = new ArrayList<>();
    final List<Failed> failures = new ArrayList<>();
    final List<Logged> logs = new ArrayList<>();
    final List<BlobId> blobs = new ArrayList<>();
    @Nullable FileSpool spool;
    @Nullable Values result;
  }

  private static final boolean[] ONE_FINAL = {false};

  private final Map<JobId, OfJob> jobs = new LinkedHashMap<>();
  private long size;

  Map<JobId, OfJob> jobs() {
    return jobs;
  }

  private OfJob of(JobId job) {
    return jobs.computeIfAbsent(job, id -> new OfJob());
  }

  @Override
  public void inputs(JobId job, long from, Values values) {
    OfJob of = of(job);
    of.inputs.add(new Inputs(from, values));
    add(of, values);
  }

  @Override
  public void inputs(JobId job, InputSpool spool) {
    of(job).spool = (FileSpool) spool;
  }

  @Override
  public void outcomes(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried) {
    OfJob of = of(job);
    if (outcomes.values().count() > 0) {
      of.results.add(outcomes);
      add(of, outcomes.values());
    }
    failures(job, worker, outcomes, retried);
  }

  @Override
  public void passed(JobId to, long from, Outcomes outcomes) {
    Values values = outcomes.values();
    if (values.count() > 0) {
      inputs(to, from, values);
      of(to).passed.add(new Passed(from, outcomes));
    }
  }

  @Override
  public void failures(JobId job, WorkerId worker, Outcomes outcomes, boolean[] retried) {
    for (boolean again : retried) {
      if (!again) {
        of(job).failures.add(new Failed(worker, outcomes, retried));
        size += 4L * retried.length + 256L * outcomes.failures().size();
        break;
      }
    }
  }

  @Override
  public void failure(JobId job, WorkerId worker, long index, int tryNumber, Failure failure) {
    of(job).failures.add(new Failed(worker, one(index, tryNumber, failure), ONE_FINAL));
    size += failure.message().length() + failure.stackTrace().length() + failure.stderr().length();
  }

  private static Outcomes one(long index, int tryNumber, Failure failure) {
    return new Outcomes(
        new AttemptId(1, 1),
        new Interval(index, index + 1),
        false,
        Values.NONE,
        new int[] {0},
        new int[] {0},
        new int[] {tryNumber},
        List.of(failure),
        0);
  }

  @Override
  public void result(JobId job, Values result) {
    OfJob of = of(job);
    of.result = result;
    add(of, result);
  }

  @Override
  public void log(Logged logged) {
    of(logged.job()).logs.add(logged);
    size += logged.bytes().length;
  }

  private void add(OfJob of, Values values) {
    size += values.bytes().length + values.count();
    values.blobs().forEach(blob -> of.blobs.add(blob.blob().id()));
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isEmpty() {
    return jobs.isEmpty();
  }
}
