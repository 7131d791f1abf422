package io.muster.client.session;

import io.muster.client.model.ClusterException;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring calls, packed into one message as they come, and kept until they are answered. Used
 * under the lock of its job, but while a {@link CallSink.Feed} still fills it.
 */
final class CallBatch implements CallSink.Sent {
  static final int MOST_CALLS = 8 * 1024;

  /** What a call takes here besides its bytes, about. */
  private static final int BESIDES = 32;

  private final OpenJob job;
  private final int most;
  private byte[] bytes;
  private int size;

  /** Of what is written for the next call. */
  private int end;

  private final Tail tail = new Tail();
  private int[] lengths;
  private @Nullable Answer[] answers;
  private int[] positions;
  private int count;
  private final List<Values.Head> heads = new ArrayList<>(1);
  private byte @Nullable [] lastHead;

  /** By position; heads' blobs under -1 - position. */
  private final Map<Integer, Blob> blobs = new HashMap<>(0);

  private int unanswered;
  private long cost;
  private long large;

  /** The index of its first call in the job; -1: none yet. */
  long from = -1;

  /** Whether its blobs are in the store of the present coordinator. */
  boolean stored = true;

  CallBatch(OpenJob job, int most, int expected) {
    this.job = job;
    this.most = most;
    bytes = new byte[expected * 16];
    lengths = new int[expected];
    answers = new Answer[expected];
    positions = new int[expected];
  }

  /**
   * @param headBlob the head, if it is too large to travel inside
   * @param input empty when it is too large
   */
  void add(
      byte[] head,
      @Nullable Blob headBlob,
      byte[] input,
      @Nullable Blob inputBlob,
      Answer answer,
      int position) {
    makeRoom(head, headBlob);
    if (inputBlob == null) {
      next().write(input, 0, input.length);
      lengths[count] = nextSize();
      size = end;
    } else {
      blobs.put(count, inputBlob);
      large += inputBlob.bytes().length;
      lengths[count] = 0;
    }
    added(answer, position);
  }

  /**
   * Where the input of the next call is written; it is taken by {@link #addNext}, or not at all.
   */
  Tail next() {
    end = size;
    return tail;
  }

  /** How much was written since. */
  int nextSize() {
    return end - size;
  }

  /** What was written since; it is not part of this. */
  byte[] takeNext() {
    byte[] taken = Arrays.copyOfRange(bytes, size, end);
    end = size;
    bytes = Arrays.copyOf(bytes, size); // the room that it took is not needed again
    return taken;
  }

  /** As {@link #add}, with what was written since {@link #next} for its input. */
  void addNext(byte[] head, @Nullable Blob headBlob, Answer answer, int position) {
    makeRoom(head, headBlob);
    lengths[count] = nextSize();
    size = end;
    added(answer, position);
  }

  private void makeRoom(byte[] head, @Nullable Blob headBlob) {
    if (lastHead != head && !Arrays.equals(lastHead, head)) {
      setHead(head, headBlob);
    }
    if (count == lengths.length) {
      int more = Math.min(most, count * 2);
      lengths = Arrays.copyOf(lengths, more);
      answers = Arrays.copyOf(answers, more);
      positions = Arrays.copyOf(positions, more);
    }
  }

  private void added(Answer answer, int position) {
    cost += costOf(count);
    answers[count] = answer;
    positions[count] = position;
    count++;
    unanswered++;
  }

  private void setHead(byte[] head, @Nullable Blob blob) {
    lastHead = head;
    large += head.length;
    if (blob == null) {
      heads.add(new Values.Head(count, head, null));
    } else {
      heads.add(new Values.Head(count, new byte[0], blob.ref()));
      blobs.put(-1 - count, blob);
    }
  }

  /** Writes behind what is there. */
  final class Tail extends OutputStream {
    private Tail() {}

    @Override
    public void write(int b) {
      need(1);
      bytes[end++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      need(length);
      System.arraycopy(source, offset, bytes, end, length);
      end += length;
    }

    private void need(int more) {
      if (more > bytes.length - end) {
        int wanted = Math.addExact(end, more);
        int doubled = (int) Math.min(Integer.MAX_VALUE - 8, 2L * bytes.length);
        bytes = Arrays.copyOf(bytes, Math.max(wanted, doubled));
      }
    }
  }

  /** What a call with this much input takes of the session's budget. */
  static long cost(int inputBytes) {
    return inputBytes + BESIDES;
  }

  private long costOf(int slot) {
    Blob blob = blobs.isEmpty() ? null : blobs.get(slot);
    return cost(blob == null ? lengths[slot] : blob.bytes().length);
  }

  boolean isFull() {
    return count >= most || size + large >= Blobs.MOST_INSIDE || heads.size() >= 1024;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  int unanswered() {
    return unanswered;
  }

  /** Of all its calls; before any is answered. */
  long cost() {
    return cost;
  }

  long until() {
    return from + count;
  }

  @Nullable Answer answer(int slot) {
    return answers[slot];
  }

  int position(int slot) {
    return positions[slot];
  }

  /**
   * Nobody waits for this call any more.
   *
   * @return what that frees of the budget
   */
  long done(int slot) {
    long freed = costOf(slot);
    answers[slot] = null;
    unanswered--;
    if (!blobs.isEmpty()) {
      blobs.computeIfPresent(slot, (any, blob) -> blob.spent());
    }
    return freed;
  }

  /** Where this call is, or -1 if it is answered. */
  int slotOf(Answer answer, int position) {
    for (int slot = 0; slot < count; slot++) {
      if (answers[slot] == answer && positions[slot] == position) {
        return slot;
      }
    }
    return -1;
  }

  /** What was not sent yet, or is sent to another coordinator, is sent without what is answered. */
  void compact() {
    if (unanswered == count) {
      return;
    }
    Values all = values();
    byte[] keptBytes = new byte[size];
    int keptSize = 0;
    int kept = 0;
    int at = 0;
    List<Values.Head> keptHeads = new ArrayList<>(heads.size());
    Map<Integer, Blob> keptBlobs = new HashMap<>();
    int head = -1;
    int usedHead = -1;
    int[] keptLengths = new int[unanswered];
    @Nullable Answer[] keptAnswers = new Answer[unanswered];
    int[] keptPositions = new int[unanswered];
    for (int slot = 0; slot < count; slot++) {
      if (head + 1 < heads.size() && heads.get(head + 1).position() == slot) {
        head++;
      }
      int length = all.lengths()[slot];
      if (answers[slot] != null) {
        if (usedHead != head) {
          usedHead = head;
          keptHeads.add(heads.get(head).at(kept));
          Blob large = blobs.get(-1 - heads.get(head).position());
          if (large != null) {
            keptBlobs.put(-1 - kept, large);
          }
        }
        Blob large = blobs.get(slot);
        if (large != null) {
          keptBlobs.put(kept, large);
        }
        System.arraycopy(bytes, at, keptBytes, keptSize, length);
        keptSize += length;
        keptLengths[kept] = length;
        keptAnswers[kept] = answers[slot];
        keptPositions[kept] = positions[slot];
        kept++;
      }
      at += length;
    }
    bytes = keptBytes;
    size = keptSize;
    lengths = keptLengths;
    answers = keptAnswers;
    positions = keptPositions;
    count = kept;
    heads.clear();
    heads.addAll(keptHeads);
    blobs.clear();
    blobs.putAll(keptBlobs);
  }

  /** Whether something of it goes to the store. */
  boolean isLarge() {
    return !blobs.isEmpty();
  }

  /** Whether something of it is on its way to the store. */
  boolean isStoring() {
    return !blobs.isEmpty() && blobs.values().stream().anyMatch(blob -> !blob.there().isDone());
  }

  /**
   * Why something of it can't be in the store, or null: it is there, or may be another time. Asked
   * when nothing of it is on its way any more.
   */
  @Nullable Throwable refusal() {
    for (Blob blob : blobs.values()) {
      if (blob.there().isCompletedExceptionally()) {
        Throwable why = blob.there().handle((done, failure) -> failure).join();
        if (!(why instanceof ClusterException.NotReached)) {
          return why;
        }
        stored = false;
      }
    }
    return null;
  }

  /** What has to be in the store before this is sent. */
  List<Blob> blobs() {
    return List.copyOf(blobs.values());
  }

  /** As a message has it. The bytes are shared: nothing is added afterwards. */
  Values values() {
    if (bytes.length != size) {
      bytes = Arrays.copyOf(bytes, size);
    }
    List<Values.BlobValue> large = new ArrayList<>(blobs.size());
    blobs.forEach(
        (position, blob) -> {
          if (position >= 0) {
            large.add(new Values.BlobValue(position, blob.ref()));
          }
        });
    large.sort((a, b) -> Integer.compare(a.position(), b.position()));
    return new Values(
        Encoding.JAVA,
        bytes,
        lengths.length == count ? lengths : Arrays.copyOf(lengths, count),
        List.copyOf(large),
        List.copyOf(heads));
  }

  @Override
  public boolean cancel(Answer answer, int position, boolean evenIfRunning) {
    return job.cancel(this, answer, position, evenIfRunning);
  }

  @Override
  public void cancelAll(Answer answer, boolean evenIfRunning) {
    job.cancelAll(this, answer, evenIfRunning);
  }

  @Override
  public boolean isAnswered() {
    return job.isAnswered(this);
  }
}
