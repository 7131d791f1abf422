package io.muster.client.session;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Fills batches of its own with calls of one function, so that no lock is taken for a call. */
final class BatchFeed implements CallSink.Feed {
  private final OpenJob job;
  private final byte[] function;
  private final @Nullable Blob head;
  private final Answer answer;
  private final int most;
  private final Consumer<CallSink.Sent> sentWith;
  private CallBatch batch;

  /**
   * @param most calls a batch
   * @param sentWith told of each batch that is handed over
   */
  BatchFeed(OpenJob job, byte[] function, Answer answer, int most, Consumer<CallSink.Sent> sentWith)
      throws InterruptedException {
    this.job = job;
    this.function = function;
    this.answer = answer;
    this.most = most;
    this.sentWith = sentWith;
    head = job.largeOrNull(function);
    batch = fresh();
  }

  private CallBatch fresh() {
    return new CallBatch(job, most, Math.min(most, 64));
  }

  @Override
  public void add(int position, byte[] arguments) throws InterruptedException {
    Blob large = job.largeOrNull(arguments);
    if (batch.isFull() || large != null) {
      flush();
    }
    batch.add(function, head, arguments, large, answer, position);
  }

  @Override
  public void add(int position, CallSink.Writer arguments) throws InterruptedException {
    if (batch.isFull()) {
      flush();
    }
    arguments.to(batch.next());
    if (batch.nextSize() > Blobs.MOST_INSIDE) {
      byte[] large = batch.takeNext();
      add(position, large);
    } else {
      batch.addNext(function, head, answer, position);
    }
  }

  @Override
  public void flush() throws InterruptedException {
    CallBatch filled = batch;
    if (!filled.isEmpty()) {
      batch = fresh();
      job.send(filled);
      sentWith.accept(filled);
    }
  }
}
