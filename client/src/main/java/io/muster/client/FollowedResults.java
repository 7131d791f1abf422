package io.muster.client;

import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.TaskResult;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The results of a job's tasks in their order, as they come, to the job's end; goes on behind the
 * last one when a coordinator is back. One thread; any may close it.
 */
final class FollowedResults implements Iterator<TaskResult>, AutoCloseable {
  private final CoordinatorApi api;
  private final JobId job;
  private final Patience patience = new Patience(Jobs.AWAY_AT_MOST);
  private volatile @Nullable AnswerStream<TaskResult> open;
  private volatile boolean closed;

  /** The task of the last result; -1: there was none. */
  private long last = -1;

  /** How many results of that task were given: of a pipeline a line may have several. */
  private long ofLast;

  /** How many of those that come are known. */
  private long known;

  private boolean reached;

  FollowedResults(CoordinatorApi api, JobId job) {
    this.api = api;
    this.job = job;
  }

  @Override
  public boolean hasNext() {
    while (!closed) {
      try {
        boolean more = opened().hasNext();
        while (more && known > 0) {
          TaskResult unused = opened().next();
          known--;
          more = opened().hasNext();
        }
        reached = true;
        patience.reached();
        return more;
      } catch (ClusterException.NotReached e) {
        open = null;
        if (closed) {
          return false;
        }
        if (!reached) {
          throw e;
        }
        patience.pause(e);
      }
    }
    return false;
  }

  @Override
  public TaskResult next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    TaskResult result = opened().next();
    ofLast = result.task() == last ? ofLast + 1 : 1;
    last = result.task();
    return result;
  }

  private AnswerStream<TaskResult> opened() {
    AnswerStream<TaskResult> results = open;
    if (results == null) {
      results = api.results(job, true, true, Math.max(0, last));
      known = last < 0 ? 0 : ofLast;
      open = results;
      if (closed) {
        results.close();
      }
    }
    return results;
  }

  @Override
  public void close() {
    closed = true;
    AnswerStream<TaskResult> results = open;
    if (results != null) {
      results.close();
    }
  }
}
