package io.muster.node.link;

import io.muster.node.link.LinkMessage.Frame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The receiving side of a numbered stream: each piece once and in order. What comes after a gap is
 * dropped, since the sender says all of it again. One thread.
 */
final class Incoming {
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private long received;
  private long whole;

  /** The items that this frame completes, in order. */
  List<byte[]> take(Frame frame) {
    List<byte[]> items = new ArrayList<>();
    long number = frame.first();
    for (Piece piece : frame.pieces()) {
      if (number == received + 1) {
        received = number;
        if (piece.continued()) {
          begun.writeBytes(piece.bytes());
        } else {
          items.add(completed(piece.bytes()));
          whole = number;
        }
      }
      number++;
    }
    return items;
  }

  /** All pieces up to this number have arrived. */
  long received() {
    return received;
  }

  /** The number of the last piece of the last whole item. */
  long whole() {
    return whole;
  }

  private byte[] completed(byte[] last) {
    if (begun.size() == 0) {
      return last;
    }
    begun.writeBytes(last);
    byte[] item = begun.toByteArray();
    begun.reset();
    return item;
  }
}
