package io.muster.client.session;

import io.muster.calls.EncodedCall;
import io.muster.client.model.ClusterException;
import io.muster.client.wire.SessionStream;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One job of a session: its calls until they are answered. Callers add to it, the session's sender
 * takes batches out of it in order, answers settle them one after the other. An index is given to a
 * call when it is first sent to a coordinator; another coordinator gets what is unanswered under
 * indices from 0.
 */
final class OpenJob implements CallSink {
  private final Session session;
  private final JobSource source;
  private final Object lock = new Object();

  // all below under the lock
  private String requestId = newRequestId();
  private @Nullable JobId id;
  private boolean asked;
  private boolean askedBefore;
  private boolean closeSent;
  private CallBatch current = new CallBatch(this, CallBatch.MOST_CALLS, 16);
  private final Deque<CallBatch> queue = new ArrayDeque<>();
  private final SentBatches sent = new SentBatches();
  private final Cancellations cancels = new Cancellations();
  private final Set<Long> fetching = new HashSet<>();
  private int generation;
  private long unanswered;
  private boolean closing;
  private boolean over;
  private @Nullable String whyOver;

  OpenJob(Session session, JobSource source) {
    this.session = session;
    this.source = source;
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  // Callers

  @Override
  public Sent send(EncodedCall call, Answer answer) throws InterruptedException {
    Blob head = largeOrNull(call.head());
    Blob input = largeOrNull(call.input());
    long cost = CallBatch.cost(call.input().length);
    session.budget().take(cost);
    CallBatch batch;
    boolean full;
    synchronized (lock) {
      if (closing || over) {
        session.budget().free(cost);
        throw notTaken();
      }
      if (input != null && !current.isEmpty()) {
        seal(); // it may be refused, which is nothing to its neighbours
      }
      batch = current;
      batch.add(call.head(), head, call.input(), input, answer, 0);
      unanswered++;
      full = batch.isFull();
      if (full) {
        seal();
      }
    }
    session.hasWork(full);
    return batch;
  }

  @Override
  public Feed feed(byte[] function, Answer answer, int most, Consumer<Sent> sentWith)
      throws InterruptedException {
    int fitting = most == 0 ? CallBatch.MOST_CALLS : Math.min(most, CallBatch.MOST_CALLS);
    return new BatchFeed(this, function, answer, fitting, sentWith);
  }

  /** Takes a batch that is filled. */
  void send(CallBatch filled) throws InterruptedException {
    session.budget().take(filled.cost());
    synchronized (lock) {
      if (closing || over) {
        session.budget().free(filled.cost());
        throw notTaken();
      }
      if (!current.isEmpty()) {
        seal();
      }
      queue.addLast(filled);
      unanswered += filled.count();
    }
    session.hasWork(true);
  }

  /** What is too large for a message is on its way to the store when this returns. */
  @Nullable Blob largeOrNull(byte[] bytes) throws InterruptedException {
    return bytes.length <= Blobs.MOST_INSIDE
        ? null
        : session.blobs().storing(bytes, () -> session.hasWork(true));
  }

  private void seal() {
    queue.addLast(current);
    current = new CallBatch(this, CallBatch.MOST_CALLS, 16);
  }

  private NotTakenException notTaken() {
    return new NotTakenException(whyOver == null ? "it is closed" : whyOver);
  }

  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
    }
    session.hasWork(true);
  }

  @Override
  public void cancel() {
    JobId known;
    synchronized (lock) {
      if (over) {
        return;
      }
      known = id;
    }
    drop(null, "it was terminated");
    session.cancelled(this, known);
  }

  boolean cancel(CallBatch batch, Answer answer, int position, boolean evenIfRunning) {
    synchronized (lock) {
      int slot = batch.slotOf(answer, position);
      if (slot < 0) {
        return false;
      }
      cancel(batch, slot, evenIfRunning);
    }
    session.hasWork(true);
    return true;
  }

  void cancelAll(CallBatch batch, Answer answer, boolean evenIfRunning) {
    synchronized (lock) {
      for (int slot = 0; slot < batch.count(); slot++) {
        if (batch.answer(slot) == answer) {
          cancel(batch, slot, evenIfRunning);
        }
      }
    }
    session.hasWork(true);
  }

  boolean isAnswered(CallBatch batch) {
    synchronized (lock) {
      return batch.unanswered() == 0;
    }
  }

  private void cancel(CallBatch batch, int slot, boolean evenIfRunning) {
    session.budget().free(batch.done(slot));
    unanswered--;
    if (unanswered == 0) {
      lock.notifyAll();
    }
    if (batch.from >= 0) {
      cancels.add(batch.from + slot, evenIfRunning);
      if (batch.unanswered() == 0) {
        sent.cancelled(batch);
      }
    }
  }

  @Override
  public boolean hasUnanswered() {
    synchronized (lock) {
      return unanswered > 0;
    }
  }

  long unanswered() {
    return unanswered; // a guess is enough for who asks without the lock
  }

  @Override
  public boolean awaitAnswered(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    synchronized (lock) {
      while (unanswered > 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        lock.wait(left / 1_000_000, (int) (left % 1_000_000));
      }
      return true;
    }
  }

  // The sender

  /**
   * Sends what there is to send and the connection takes.
   *
   * @param mayWait whether the job's code and large inputs may be brought to the cluster now, which
   *     takes its time; else {@link Session#hasWork} says that there is something left
   * @return whether anything was sent
   * @throws ClusterException when the job's code can't be brought to the cluster just now
   */
  boolean send(SessionStream stream, boolean mayWait) {
    JobId job;
    String opening = null;
    synchronized (lock) {
      if (over) {
        return false;
      }
      if (!mayWait && id == null && !asked) {
        session.leaves();
        return false;
      }
      job = id;
      if (job == null && !asked) {
        asked = true;
        opening = requestId;
      }
    }
    if (job == null) {
      return opening != null && open(stream, opening);
    }
    boolean sentAny = sendInputs(stream, job, mayWait);
    return sendRest(stream, job) || sentAny;
  }

  private boolean open(SessionStream stream, String name) {
    try {
      stream.openJob(source.spec(name, session.name()));
      askedBefore = true;
      return true;
    } catch (ClusterException.NotReached e) {
      synchronized (lock) {
        asked = false;
      }
      throw e;
    } catch (IOException | ClusterException e) {
      drop(e, String.valueOf(e.getMessage()));
      session.forgotten(this);
      return false;
    }
  }

  private boolean sendInputs(SessionStream stream, JobId job, boolean mayWait) {
    boolean sentAny = false;
    while (stream.isReady()) {
      if (mayWait) {
        dropRefused();
      }
      CallBatch batch;
      Values values;
      long from;
      synchronized (lock) {
        batch = nextBatch(mayWait);
        if (batch == null) {
          return sentAny;
        }
        values = batch.values();
        from = batch.from;
      }
      if (!batch.stored) {
        store(batch);
      }
      stream.append(job, from, values);
      sentAny = true;
    }
    return sentAny;
  }

  /** The next calls are dropped if the cluster does not take their inputs. */
  private void dropRefused() {
    List<Runnable> told = new ArrayList<>(0);
    synchronized (lock) {
      CallBatch first = queue.peekFirst();
      Throwable why = first == null || first.isStoring() ? null : first.refusal();
      if (first != null && why != null) {
        queue.removeFirst();
        takeAnswers(first, told, (answer, position) -> answer.dropped(position, why));
      }
    }
    if (!told.isEmpty()) {
      tell(told);
    }
  }

  private void store(CallBatch batch) {
    List<Blob> blobs;
    synchronized (lock) {
      blobs = batch.blobs();
    }
    for (Blob blob : blobs) {
      try {
        session.blobs().store(blob);
      } catch (IOException e) {
        throw new ClusterException.NotReached(
            "an input could not be stored again: " + e.getMessage());
      }
    }
    batch.stored = true;
  }

  private @Nullable CallBatch nextBatch(boolean mayWait) {
    if (!mayWait && sent.isAnyToRepeat()) {
      session.leaves();
      return null;
    }
    CallBatch repeated = sent.pollRepeated();
    if (repeated != null) {
      return repeated;
    }
    while (true) {
      if (queue.isEmpty()) {
        if (current.isEmpty()) {
          return null;
        }
        seal();
      }
      if (!mayWait && queue.getFirst().isLarge()) {
        session.leaves();
        return null;
      }
      if (queue.getFirst().isStoring()) {
        return null;
      }
      CallBatch batch = queue.removeFirst();
      batch.compact();
      if (!batch.isEmpty()) {
        sent.add(batch);
        return batch;
      }
    }
  }

  private boolean sendRest(SessionStream stream, JobId job) {
    boolean sentAny = false;
    List<Cancellations.Cancelled> unwanted;
    boolean close = false;
    synchronized (lock) {
      if (!queue.isEmpty() || !current.isEmpty() || sent.isAnyToRepeat()) {
        return false; // in order: first what these are about
      }
      unwanted = cancels.take();
      if (closing && !closeSent) {
        closeSent = true;
        close = true;
      }
    }
    for (Cancellations.Cancelled each : unwanted) {
      stream.cancelTask(job, each.index(), each.evenIfRunning());
      sentAny = true;
    }
    if (close) {
      stream.close(job);
      sentAny = true;
    }
    if (isDone()) {
      session.forgotten(this);
    }
    return sentAny;
  }

  /** Whether nothing more can come of it. */
  private boolean isDone() {
    synchronized (lock) {
      return closeSent && unanswered == 0;
    }
  }

  // Answers, one at a time

  boolean isNamed(String name) {
    synchronized (lock) {
      return requestId.equals(name);
    }
  }

  String requestId() {
    synchronized (lock) {
      return requestId;
    }
  }

  void opened(JobId job) {
    synchronized (lock) {
      id = job;
    }
  }

  /**
   * The same coordinator, on a new connection: what it lacks is sent again.
   *
   * @return false if that can't be made whole; then the job starts anew
   */
  boolean goesOn(JobId job, long inputs) {
    synchronized (lock) {
      if (!sent.goOn(inputs)) {
        return false;
      }
      id = job;
      asked = true;
      closeSent = false;
      cancels.repeat();
      return true;
    }
  }

  /** Another coordinator, or one that has forgotten: all that is unanswered is sent again. */
  void startsAnew() {
    synchronized (lock) {
      generation++;
      if (askedBefore) {
        requestId = newRequestId();
      }
      id = null;
      asked = false;
      closeSent = false;
      cancels.clear();
      fetching.clear();
      List<CallBatch> first = sent.clear();
      for (int k = first.size() - 1; k >= 0; k--) {
        queue.addFirst(first.get(k));
      }
      queue.forEach(batch -> batch.stored = false);
      current.stored = false;
    }
  }

  /** Gives each call that is told of its answer. */
  void answered(long number, String worker, Outcomes outcomes, int[] left) {
    int size = Math.toIntExact(outcomes.interval().size());
    @Nullable Answer[] taken = new Answer[size];
    int[] positions = new int[size];
    List<Fetch> fetches = new ArrayList<>(0);
    int count = take(outcomes, left, taken, positions, fetches);
    fetches.forEach(fetch -> fetch(number, worker, fetch));
    try {
      Delivery.deliver(worker, outcomes, taken, positions);
    } finally {
      settled(count);
    }
  }

  private record Fetch(long index, int generation, BlobRef blob) {}

  private int take(
      Outcomes outcomes,
      int[] left,
      @Nullable Answer[] taken,
      int[] positions,
      List<Fetch> fetches) {
    long from = outcomes.interval().from();
    int[] failed = outcomes.failedOffsets();
    List<Values.BlobValue> blobs = outcomes.values().blobs();
    int nextFailed = 0;
    int nextLeft = 0;
    int nextBlob = 0;
    int value = 0;
    int count = 0;
    long freed = 0;
    synchronized (lock) {
      CallBatch batch = null;
      for (int offset = 0; offset < taken.length; offset++) {
        BlobRef blob = null;
        if (nextFailed < failed.length && failed[nextFailed] == offset) {
          nextFailed++;
        } else {
          if (nextBlob < blobs.size() && blobs.get(nextBlob).position() == value) {
            blob = blobs.get(nextBlob++).blob();
          }
          value++;
        }
        long index = from + offset;
        if (nextLeft < left.length && left[nextLeft] == offset) {
          nextLeft++;
          continue;
        }
        if (batch == null || index >= batch.until()) {
          batch = sent.of(index);
        }
        if (batch == null) {
          continue;
        }
        int slot = (int) (index - batch.from);
        Answer answer = batch.answer(slot);
        if (answer == null) {
          continue; // answered or cancelled before
        }
        if (blob != null) {
          if (fetching.add(index)) {
            fetches.add(new Fetch(index, generation, blob));
          }
          continue;
        }
        taken[offset] = answer;
        positions[offset] = batch.position(slot);
        freed += done(batch, slot);
        count++;
      }
      // what tells of a task's end has its input, and all that were sent before it
      sent.arrived(outcomes.interval().until());
    }
    session.budget().free(freed);
    return count;
  }

  private long done(CallBatch batch, int slot) {
    long freed = batch.done(slot);
    if (batch.unanswered() == 0) {
      sent.answered(batch);
    }
    return freed;
  }

  private void settled(int count) {
    boolean done;
    synchronized (lock) {
      unanswered -= count;
      if (unanswered == 0) {
        lock.notifyAll();
      }
      done = unanswered == 0 && closing;
    }
    if (done) {
      session.hasWork(true);
    }
  }

  private void fetch(long number, String worker, Fetch fetch) {
    if (session.blobs().isTooLarge(fetch.blob)) {
      one(
          fetch,
          (answer, position) ->
              answer.failed(
                  position,
                  new CallFailure(
                      fetch.index,
                      1,
                      worker,
                      Failure.of(FailureKind.LIMIT, session.blobs().tooLarge(fetch.blob)))));
      return;
    }
    session.fetch(
        number,
        fetch.blob,
        () -> isWanted(fetch),
        bytes ->
            one(fetch, (answer, position) -> answer.succeeded(position, bytes, 0, bytes.length)),
        why ->
            one(
                fetch,
                (answer, position) ->
                    answer.failed(
                        position,
                        new CallFailure(
                            fetch.index,
                            1,
                            worker,
                            Failure.of(
                                FailureKind.LOST, "its result could not be fetched: " + why)))));
  }

  private boolean isWanted(Fetch fetch) {
    synchronized (lock) {
      return fetch.generation == generation && fetching.contains(fetch.index);
    }
  }

  /** Settles one call, unless another coordinator runs it again by now. */
  private void one(Fetch fetch, BiConsumer<Answer, Integer> said) {
    Answer answer = null;
    int position = 0;
    long freed = 0;
    synchronized (lock) {
      if (fetch.generation != generation || !fetching.remove(fetch.index)) {
        return;
      }
      CallBatch batch = sent.of(fetch.index);
      if (batch != null) {
        int slot = (int) (fetch.index - batch.from);
        answer = batch.answer(slot);
        if (answer != null) {
          position = batch.position(slot);
          freed = done(batch, slot);
        }
      }
    }
    if (answer != null) {
      session.budget().free(freed);
      try {
        Delivery.say(answer, position, said);
      } finally {
        settled(1);
      }
    }
  }

  /**
   * The job has ended there: all is answered and it is closed, or it failed as a whole, or somebody
   * else cancelled it. What was answered with a result that is still being fetched waits for that.
   *
   * @return whether it is over here too
   */
  boolean ended(@Nullable Failure failure) {
    return failure == null
        ? finish(
            "its job was cancelled", (answer, position) -> answer.dropped(position, null), true)
        : finish(
            "it failed: " + failure.headline(),
            (answer, position) -> answer.failed(position, new CallFailure(-1, 0, "", failure)),
            true);
  }

  /**
   * Ends it; nothing that is unanswered will be answered.
   *
   * @param why null: it was cancelled
   * @param line the same for who wants to add to it
   */
  void drop(@Nullable Throwable why, String line) {
    boolean unused = finish(line, (answer, position) -> answer.dropped(position, why), false);
  }

  private boolean finish(String line, BiConsumer<Answer, Integer> said, boolean fetchesGoOn) {
    List<Runnable> told = new ArrayList<>();
    boolean done;
    synchronized (lock) {
      if (over) {
        return true;
      }
      closing = true;
      closeSent = true;
      whyOver = line;
      if (!fetchesGoOn) {
        fetching.clear();
      }
      List<CallBatch> there = new ArrayList<>();
      sent.all().forEach(there::add);
      there.forEach(batch -> takeAnswers(batch, told, said));
      queue.addLast(current);
      queue.forEach(batch -> takeAnswers(batch, told, said));
      queue.clear();
      cancels.clear();
      current = new CallBatch(this, CallBatch.MOST_CALLS, 16);
      there.stream().filter(batch -> batch.unanswered() == 0).forEach(sent::answered);
      over = fetching.isEmpty();
      if (over) {
        sent.clear();
      }
      done = over;
    }
    tell(told);
    return done;
  }

  /** Under the lock: nobody waits for these calls any more, but to be told. */
  private void takeAnswers(CallBatch batch, List<Runnable> told, BiConsumer<Answer, Integer> said) {
    long freed = 0;
    for (int slot = 0; slot < batch.count(); slot++) {
      Answer answer = batch.answer(slot);
      if (answer != null && (batch.from < 0 || !fetching.contains(batch.from + slot))) {
        int position = batch.position(slot);
        told.add(() -> Delivery.say(answer, position, said));
        freed += batch.done(slot);
      }
    }
    session.budget().free(freed);
  }

  private void tell(List<Runnable> told) {
    try {
      told.forEach(Runnable::run);
    } finally {
      settled(told.size());
    }
  }
}
