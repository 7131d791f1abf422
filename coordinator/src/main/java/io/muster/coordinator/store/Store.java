package io.muster.coordinator.store;

import io.muster.coordinator.journal.Epochs;
import io.muster.protocol.BlobId;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Values;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The durable bytes of jobs. Written by groups on a thread of its own; read from any thread, which
 * then blocks on the disk.
 */
public interface Store extends AutoCloseable {
  /**
   * Begins an epoch, after the journal was replayed: bytes of groups that were not written are as
   * if they never were, folders of other jobs than these are deleted. To be called again before an
   * epoch that follows a failure.
   */
  void open(Epochs written, Collection<JobId> jobs) throws IOException;

  /** An empty group. */
  StoreGroup group();

  /** A place for inputs whose job is not decided yet. */
  InputSpool spool() throws IOException;

  /**
   * Makes a group's bytes durable, in the order of calls. Completes on the store's thread; if it
   * fails (a full disk, an I/O error) the group must not be journaled and the epoch ends. No append
   * may follow a failed one before {@link #open}.
   */
  CompletionStage<Void> append(GroupTag tag, StoreGroup group);

  /** Inputs of an interval. */
  Values inputs(JobId job, Interval interval) throws IOException;

  /** The lengths of all inputs of a job in index order, some at a time (a blob's is 0). */
  void inputLengths(JobId job, Consumer<int[]> lengths) throws IOException;

  /**
   * Results with an index from {@code from} (included) to {@code until} (not included) that the
   * filter takes, in index order. What was appended before this call is seen.
   */
  ResultStream results(JobId job, long from, long until, LongPredicate succeeded)
      throws IOException;

  /**
   * What a stage of a pipeline gave, in the order of the tasks that it came from: the index of each
   * is that task's, and several may have the same.
   *
   * @param holder whose inputs they are
   * @param through the jobs whose inputs lead back to those tasks, {@code holder} first; none: an
   *     index is its own
   * @param count how many of them count
   * @param from tasks below it are left out
   */
  ResultStream passed(JobId holder, List<JobId> through, long count, long from) throws IOException;

  /** From which tasks the inputs of the first of these jobs came, through the others. */
  Lines lines(List<JobId> through) throws IOException;

  /** The last {@link StoreGroup#result} of a job, or null when there is none. */
  @Nullable Values result(JobId job) throws IOException;

  /** Failures that the filter takes in index order, of each task the last one. */
  FailureStream failures(JobId job, LongPredicate failed) throws IOException;

  /**
   * What tasks printed, in the order of arrival.
   *
   * @param task only this one's
   */
  LogStream logs(JobId job, OptionalLong task) throws IOException;

  /** The blobs that stand for inputs or results of any job. */
  void namedBlobs(Consumer<BlobId> named) throws IOException;

  /** Deletes all of a job, later. */
  void forget(JobId job);

  /** How many bytes are on disk. */
  long size();

  @Override
  void close();
}
