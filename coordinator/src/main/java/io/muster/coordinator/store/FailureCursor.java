package io.muster.coordinator.store;

import io.muster.protocol.Failure;
import io.muster.protocol.WorkerId;
import org.jspecify.annotations.Nullable;

/** A place in a block of failures. */
final class FailureCursor extends Cursor {
  private int at;
  private int left;
  private @Nullable WorkerId worker;
  private long previous;
  private int tryNumber;
  private int cause;
  private @Nullable Failure whole;

  FailureCursor(Block block, long offset) {
    super(block, offset);
  }

  @Override
  boolean step(byte[] bytes) {
    if (left == 0 && at >= bytes.length) {
      return false;
    }
    BytesIn in = new BytesIn(bytes, at);
    if (left == 0) {
      previous = block.from() + in.getVar() - 1;
      worker = new WorkerId(in.getString());
      left = in.getCount();
    }
    index = previous + 1 + in.getVar();
    previous = index;
    tryNumber = in.getCount();
    cause = in.getCount();
    whole = cause == 0 ? FailureText.read(in) : null;
    left--;
    at = in.at();
    return true;
  }

  WorkerId worker() {
    WorkerId known = worker;
    if (known == null) {
      throw new IllegalStateException("not started");
    }
    return known;
  }

  int tryNumber() {
    return tryNumber;
  }

  /** The number of its cause, if it is not told whole. */
  int cause() {
    return cause;
  }

  @Nullable Failure whole() {
    return whole;
  }
}
