package io.muster.coordinator.store;

import io.muster.protocol.Failure;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a job's failures have in common. The first {@value #WHOLE} are kept as they are; each
 * further one refers to the first that was like it. Where their texts are is kept here, not the
 * texts.
 */
final class Causes {
  /** How many failures of a job are kept whole. */
  static final int WHOLE = 1000;

  /** Beyond as many causes, failures of one kind count as alike. */
  static final int MOST = 10_000;

  private final Map<Long, Integer> numbers = new HashMap<>();
  private long[] blocks = new long[8];
  private int[] places = new int[8];
  private int count;
  private long failures;

  /** Reads what a file has. */
  static Causes read(BlockFile file) throws IOException {
    Causes causes = new Causes();
    long end = file.end();
    try (BlockReader reader = file.reader()) {
      for (long at = 0; at < end; ) {
        Block block = reader.headAt(at);
        if (block.type() == Block.Type.CAUSES) {
          causes.readBlock(reader.bytes(block, at), at, block.count());
        } else {
          causes.failures += block.count();
        }
        at += block.size();
      }
    }
    return causes;
  }

  private void readBlock(byte[] bytes, long block, int entries) {
    BytesIn in = new BytesIn(bytes, 0);
    for (int i = 0; i < entries; i++) {
      long cause = in.getLong();
      add(cause, block, in.at());
      FailureText.read(in);
    }
  }

  /** The next failure: whether it is kept whole. */
  boolean nextIsWhole() {
    return failures++ < WHOLE;
  }

  /** What the failure is alike by. */
  long key(Failure failure) {
    long cause = FailureText.cause(failure);
    return count < MOST || numbers.containsKey(cause) ? cause : failure.kind().ordinal();
  }

  /** The number of a cause, from 1, or 0 if it is a new one. */
  int number(long key) {
    return numbers.getOrDefault(key, 0);
  }

  /** A new cause, and where its text is. */
  int add(long key, long block, int at) {
    if (count == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    blocks[count] = block;
    places[count] = at;
    count++;
    numbers.put(key, count);
    return count;
  }

  int count() {
    return count;
  }

  long block(int number) {
    return blocks[number - 1];
  }

  int place(int number) {
    return places[number - 1];
  }
}
