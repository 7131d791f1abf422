package io.muster.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What may happen to bytes on their way. */
final class Damage {
  private static final int MOST_AT_ONCE = 5;
  private static final int LONGEST_PIECE = 64;

  /** Where lengths, counts and signs turn over; as bytes they are also varints. */
  private static final long[] EDGES = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private Damage() {}

  static byte[] to(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole;
    for (int i = 1 + random.nextInt(MOST_AT_ONCE); i > 0; i--) {
      bytes = once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, SplittableRandom random) {
    int length = bytes.length;
    int at = random.nextInt(length + 1);
    int piece = random.nextInt(Math.min(LONGEST_PIECE, length - at) + 1);
    return switch (random.nextInt(9)) {
      case 0 -> flipped(bytes, random);
      case 1 -> overwritten(bytes, at, new byte[] {(byte) random.nextInt()});
      case 2 -> overwritten(bytes, at, edge(random));
      case 3 -> spliced(bytes, at, piece, new byte[0]);
      case 4 -> spliced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + piece));
      case 5 -> spliced(bytes, at, 0, noise(random));
      case 6 -> Arrays.copyOf(bytes, at);
      case 7 -> spliced(bytes, random.nextInt(length + 1), 0, edge(random));
      default -> swapped(bytes, random);
    };
  }

  private static byte[] flipped(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return bytes;
    }
    byte[] copy = bytes.clone();
    copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    return copy;
  }

  private static byte[] swapped(byte[] bytes, SplittableRandom random) {
    if (bytes.length < 2) {
      return bytes;
    }
    byte[] copy = bytes.clone();
    int one = random.nextInt(copy.length);
    int other = random.nextInt(copy.length);
    copy[one] = bytes[other];
    copy[other] = bytes[one];
    return copy;
  }

  private static byte[] overwritten(byte[] bytes, int at, byte[] by) {
    byte[] copy = bytes.clone();
    System.arraycopy(by, 0, copy, at, Math.min(by.length, copy.length - at));
    return copy;
  }

  private static byte[] spliced(byte[] bytes, int at, int away, byte[] in) {
    byte[] joined = Arrays.copyOf(bytes, bytes.length - away + in.length);
    System.arraycopy(in, 0, joined, at, in.length);
    System.arraycopy(bytes, at + away, joined, at + in.length, bytes.length - at - away);
    return joined;
  }

  private static byte[] noise(SplittableRandom random) {
    byte[] noise = new byte[random.nextInt(LONGEST_PIECE)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] edge(SplittableRandom random) {
    long edge = EDGES[random.nextInt(EDGES.length)];
    if (random.nextBoolean()) {
      byte[] big = new byte[1 << random.nextInt(4)];
      for (int i = 0; i < big.length; i++) {
        big[i] = (byte) (edge >>> 8 * (big.length - 1 - i));
      }
      return big;
    }
    byte[] varint = new byte[10];
    int length = 0;
    for (long rest = edge; ; rest >>>= 7) {
      if ((rest & ~0x7fL) == 0) {
        varint[length++] = (byte) rest;
        return Arrays.copyOf(varint, length);
      }
      varint[length++] = (byte) (rest & 0x7f | 0x80);
    }
  }
}
