package io.muster.coordinator.store;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values.BlobValue;
import org.jspecify.annotations.Nullable;

/** A place in a block of values. */
final class ValueCursor extends Cursor {
  private @Nullable ValueRun run;
  private int nextRun;
  private int entry;
  private int gapAt;
  private int lengthAt;
  private int valueAt;
  private int length;

  ValueCursor(Block block, long offset) {
    super(block, offset);
  }

  @Override
  boolean step(byte[] bytes) {
    ValueRun current = run;
    if (current != null && entry + 1 < current.count()) {
      entry++;
      valueAt += length;
      read(bytes, current, index + 1);
      return true;
    }
    if (nextRun >= bytes.length) {
      return false;
    }
    ValueRun next = ValueRun.read(bytes, nextRun, block.from());
    run = next;
    nextRun = next.end();
    entry = 0;
    gapAt = next.gapsAt();
    lengthAt = next.lengthsAt();
    valueAt = next.bytesAt();
    read(bytes, next, next.from());
    return true;
  }

  private void read(byte[] bytes, ValueRun current, long least) {
    index = least;
    if (!current.dense()) {
      BytesIn gaps = new BytesIn(bytes, gapAt);
      index += gaps.getVar();
      gapAt = gaps.at();
    }
    BytesIn lengths = new BytesIn(bytes, lengthAt);
    length = lengths.getCount();
    lengthAt = lengths.at();
  }

  private ValueRun run() {
    ValueRun current = run;
    if (current == null) {
      throw new IllegalStateException("not started");
    }
    return current;
  }

  Encoding encoding() {
    return run().encoding();
  }

  int valueAt() {
    return valueAt;
  }

  int length() {
    return length;
  }

  @Nullable BlobRef blob() {
    for (BlobValue blob : run().blobs()) {
      if (blob.position() == entry) {
        return blob.blob();
      }
    }
    return null;
  }
}
