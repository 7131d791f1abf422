package io.muster.coordinator.store;

import io.muster.protocol.BlobId;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.Values;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Appends what a job has in one group to its files. Store's thread only. */
final class JobWriter {
  private static final long MOST_AT_ONCE = 1 << 20;

  private final Bytes out = new Bytes();

  /** The whole of a job's part of the group. */
  void append(JobFiles files, GroupTag tag, Pending.OfJob job) throws IOException {
    FileSpool spool = job.spool;
    if (spool != null) {
      spool.moveTo(files.inputs.path());
      files.inputs.moved();
      job.blobs.addAll(spool.blobs());
    }
    appendInputs(files, tag, job.inputs);
    appendLineage(files, tag, job.passed);
    appendResults(files, tag, job.results);
    appendFailures(files, tag, job.failures);
    appendLogs(files, tag, job.logs);
    Values result = job.result;
    if (result != null) {
      out.clear();
      putInputs(out, tag, 0, result);
      files.result.append(out);
    }
    appendBlobs(files, tag, job.blobs);
  }

  /** What neighbouring reports gave is put together: they may be very small. */
  private void appendInputs(JobFiles files, GroupTag tag, List<Pending.Inputs> all)
      throws IOException {
    for (int first = 0; first < all.size(); ) {
      int last = first;
      long next = all.get(first).from();
      long size = 0;
      List<Values> run = new ArrayList<>();
      while (last < all.size()
          && all.get(last).from() == next
          && size < MOST_AT_ONCE
          && all.get(last).values().encoding() == all.get(first).values().encoding()) {
        Values values = all.get(last++).values();
        run.add(values);
        next += values.count();
        size += values.bytes().length;
      }
      out.clear();
      putInputs(out, tag, all.get(first).from(), Values.concat(run));
      files.inputs.append(out);
      first = last;
    }
  }

  private void appendLineage(JobFiles files, GroupTag tag, List<Pending.Passed> passed)
      throws IOException {
    out.clear();
    Lineage.Writer writer = new Lineage.Writer(out, tag);
    for (Pending.Passed each : passed) {
      writer.add(each.from(), each.outcomes());
    }
    writer.flush();
    files.lineage.append(out);
  }

  /** Blocks of values that follow each other. */
  static void putInputs(Bytes out, GroupTag tag, long from, Values values) {
    BlockWriter writer = new BlockWriter(out, Block.Type.VALUES, tag);
    int at = 0;
    for (int first = 0; first < values.count(); ) {
      int last = first;
      int length = 0;
      while (last < values.count() && (last == first || length + last - first < BlockWriter.FULL)) {
        length += values.lengths()[last++];
      }
      int begin = first;
      int end = last;
      int start = at;
      long base = writer.begin(from + begin, from + end);
      writer.run(
          end - begin, block -> ValueRun.put(block, base, from + begin, values, begin, end, start));
      writer.flush();
      at += length;
      first = last;
    }
  }

  private void appendResults(JobFiles files, GroupTag tag, List<Outcomes> results)
      throws IOException {
    out.clear();
    results.sort(Comparator.comparingLong(outcomes -> outcomes.interval().from()));
    BlockWriter writer = new BlockWriter(out, Block.Type.VALUES, tag);
    for (Outcomes outcomes : results) {
      Interval interval = outcomes.interval();
      long base = writer.begin(interval.from(), interval.until());
      writer.run(outcomes.values().count(), block -> ValueRun.put(block, base, outcomes));
    }
    writer.flush();
    files.results.append(out);
  }

  private void appendFailures(JobFiles files, GroupTag tag, List<Pending.Failed> failures)
      throws IOException {
    if (failures.isEmpty()) {
      return;
    }
    out.clear();
    failures.sort(Comparator.comparingLong(Pending.Failed::from));
    FailureBlocks blocks = new FailureBlocks(files.causes(), files.failures.end(), tag);
    failures.forEach(blocks::add);
    blocks.putInto(out);
    files.failures.append(out);
  }

  private void appendLogs(JobFiles files, GroupTag tag, List<Logged> logs) throws IOException {
    out.clear();
    BlockWriter writer = new BlockWriter(out, Block.Type.LOGS, tag);
    for (Logged logged : logs) {
      writer.beginAny(logged.index(), logged.index() + 1);
      writer.run(1, block -> LogFile.put(block, logged));
    }
    writer.flush();
    files.logs.append(out);
  }

  private void appendBlobs(JobFiles files, GroupTag tag, List<BlobId> blobs) throws IOException {
    out.clear();
    BlockWriter writer = new BlockWriter(out, Block.Type.BLOBS, tag);
    for (BlobId blob : blobs) {
      writer.beginAny(0, 1);
      writer.run(1, block -> block.put(HexFormat.of().parseHex(blob.sha256())));
    }
    writer.flush();
    files.blobs.append(out);
  }
}
