package io.muster.harness;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.process.FromProcess;
import org.jspecify.annotations.Nullable;

/** Gathers what a split produces into messages. */
final class ProducedInputs implements Outbox.Gathering {
  private final Outbox outbox;
  private final ValueBuffer values = new ValueBuffer();
  private @Nullable AttemptId attempt;

  ProducedInputs(Outbox outbox) {
    this.outbox = outbox;
    outbox.add(this);
  }

  void begin(AttemptId newAttempt) {
    synchronized (outbox) {
      attempt = newAttempt;
    }
  }

  void add(EncodedValue value) {
    synchronized (outbox) {
      if (values.isFullFor(value)) {
        post();
      }
      if (values.count() == 0) {
        outbox.gathered();
      }
      values.append(value);
    }
  }

  /** All are produced, or no more will be. */
  void end() {
    synchronized (outbox) {
      post();
    }
  }

  @Override
  public @Nullable FromProcess take() {
    return attempt == null || values.count() == 0
        ? null
        : new FromProcess.Produced(attempt, values.take(Encoding.JSON));
  }

  private void post() {
    int weight = values.weight();
    FromProcess message = take();
    if (message != null) {
      outbox.post(message, weight);
    }
  }
}
