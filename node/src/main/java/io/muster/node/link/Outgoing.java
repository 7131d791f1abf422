package io.muster.node.link;

import io.muster.node.link.LinkMessage.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The sending side of a numbered stream. Pieces are kept until the other side has received them; a
 * window bounds what is on its way, so that no queue in between fills up. When nothing was
 * acknowledged for a while, the oldest are sent again. Numbers start at 1. One thread.
 */
final class Outgoing {
  /** A piece has no more, so that a frame of one stays well below Artery's 256 KiB. */
  static final int PIECE_BYTES = 120 * 1024;

  static final int FRAME_BYTES = 128 * 1024;
  static final int WINDOW_PIECES = 2_048;
  static final int WINDOW_BYTES = 2 << 20;
  static final long RESEND_NANOS = 500_000_000;

  /** What a piece costs in a frame beside its bytes. */
  private static final int PIECE_OVERHEAD = 8;

  private static final int RESEND_BYTES = 512 * 1024;

  private final ArrayDeque<Piece> flying = new ArrayDeque<>();
  private final ArrayDeque<Piece> waiting = new ArrayDeque<>();
  private long flyingBytes;
  private long acknowledged;
  private long added;
  private long movedAt;

  /**
   * Takes an item.
   *
   * @return the number of its last piece
   */
  long add(byte[] item) {
    int from = 0;
    while (item.length - from > PIECE_BYTES) {
      waiting.add(new Piece(Arrays.copyOfRange(item, from, from + PIECE_BYTES), true));
      from += PIECE_BYTES;
      added++;
    }
    waiting.add(new Piece(from == 0 ? item : Arrays.copyOfRange(item, from, item.length), false));
    return ++added;
  }

  /** What may go now, in frames; {@code received} and {@code durable} go along. */
  List<Frame> next(long now, long received, long durable) {
    if (flying.isEmpty()) {
      movedAt = now;
    }
    List<Piece> cut = new ArrayList<>();
    long first = nextNumber();
    while (!waiting.isEmpty() && hasRoomFor(waiting.element())) {
      Piece piece = waiting.remove();
      flying.add(piece);
      flyingBytes += cost(piece);
      cut.add(piece);
    }
    return frames(first, cut.iterator(), received, durable);
  }

  /** What was sent and is to be sent again, because nothing was acknowledged for too long. */
  List<Frame> again(long now, long received, long durable) {
    if (flying.isEmpty() || now - movedAt < RESEND_NANOS) {
      return List.of();
    }
    movedAt = now;
    List<Piece> oldest = new ArrayList<>();
    long bytes = 0;
    for (Piece piece : flying) {
      bytes += cost(piece);
      if (bytes > RESEND_BYTES) {
        break;
      }
      oldest.add(piece);
    }
    return frames(acknowledged + 1, oldest.iterator(), received, durable);
  }

  /** The other side has all up to this number; numbers that were never sent are ignored. */
  void acknowledged(long through, long now) {
    if (through > acknowledged + flying.size()) {
      return;
    }
    while (acknowledged < through) {
      flyingBytes -= cost(flying.remove());
      acknowledged++;
      movedAt = now;
    }
  }

  /** The number of the next piece that is sent for the first time. */
  long nextNumber() {
    return acknowledged + flying.size() + 1;
  }

  boolean isEmpty() {
    return flying.isEmpty() && waiting.isEmpty();
  }

  private boolean hasRoomFor(Piece piece) {
    return flying.isEmpty()
        || (flying.size() < WINDOW_PIECES && flyingBytes + cost(piece) <= WINDOW_BYTES);
  }

  private static List<Frame> frames(
      long first, Iterator<Piece> pieces, long received, long durable) {
    List<Frame> frames = new ArrayList<>();
    List<Piece> frame = new ArrayList<>();
    long number = first;
    int bytes = 0;
    while (pieces.hasNext()) {
      Piece piece = pieces.next();
      if (!frame.isEmpty() && bytes + cost(piece) > FRAME_BYTES) {
        frames.add(new Frame(number, List.copyOf(frame), received, durable));
        number += frame.size();
        frame.clear();
        bytes = 0;
      }
      frame.add(piece);
      bytes += cost(piece);
    }
    if (!frame.isEmpty()) {
      frames.add(new Frame(number, List.copyOf(frame), received, durable));
    }
    return frames;
  }

  private static int cost(Piece piece) {
    return piece.bytes().length + PIECE_OVERHEAD;
  }
}
