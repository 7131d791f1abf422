package io.muster.worker.engine;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.JobId;
import io.muster.protocol.ToWorker.RunStep;
import io.muster.protocol.Values;
import io.muster.worker.process.TaskProcess;
import io.muster.worker.wire.Api;
import io.muster.worker.wire.ApiException;
import io.muster.worker.wire.SplitInputs;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The values that a step reads or writes, between its process and the API. */
final class StepStream {
  private static final Logger LOG = LoggerFactory.getLogger(StepStream.class);

  private final Api api;
  private final Transfers transfers;
  private final RunStep step;
  private volatile boolean over;
  private @Nullable SplitInputs inputs;

  StepStream(Api api, Transfers transfers, RunStep step) {
    this.api = api;
    this.transfers = transfers;
    this.step = step;
  }

  /** Gives a combine or a reduce its values; returns when it has all. Blocks. */
  boolean feed(TaskProcess process) {
    try {
      api.results(step.job(), values -> feed(process, values));
      process.feed(Values.NONE, true);
      return true;
    } catch (ApiException | IOException e) {
      if (!over) {
        LOG.warn("step {} of job {} is cut off: {}", step.attempt(), step.job(), e.toString());
      }
      return false;
    }
  }

  private void feed(TaskProcess process, Values values) throws IOException {
    if (over) {
      throw new IOException("the step has ended");
    }
    try {
      transfers.fetch(step.attempt(), blobs(values), () -> !over);
    } catch (Transfers.MissingException e) {
      throw new IOException(e.failure().message(), e);
    }
    process.feed(values, false);
  }

  /** Stores what a split produced; waits while it is far ahead. */
  boolean produced(Values values) {
    try {
      transfers.store(blobs(values), () -> !over);
      inputs().add(values);
      return true;
    } catch (ApiException e) {
      LOG.warn("split {} of job {} is cut off: {}", step.attempt(), step.job(), e.text());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** All that a split produced is to be durable. */
  boolean finish() {
    try {
      if (inputs != null) {
        inputs.finish();
      }
      return true;
    } catch (ApiException e) {
      LOG.warn("split {} of job {} is cut off: {}", step.attempt(), step.job(), e.text());
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  RunStep step() {
    return step;
  }

  /** Its process is gone. */
  void close() {
    over = true;
    if (inputs != null) {
      inputs.cancel();
    }
  }

  private SplitInputs inputs() {
    if (inputs == null) {
      inputs = api.append(job(), attempt(), step.skip());
    }
    return inputs;
  }

  private JobId job() {
    return step.job();
  }

  private AttemptId attempt() {
    return step.attempt();
  }

  private static List<BlobRef> blobs(Values values) {
    return values.blobs().stream().map(Values.BlobValue::blob).toList();
  }
}
