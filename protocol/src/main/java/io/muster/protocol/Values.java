package io.muster.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Inputs or results of neighbouring tasks, packed: value {@code k} is the next {@code lengths[k]}
 * bytes. A value too large to travel inside a message has length 0 here and stands in {@code
 * blobs}. Arrays are shared, not copied: nobody changes them after construction.
 *
 * @param heads what values have in common, by ascending position; of calls, the functions
 */
public record Values(
    Encoding encoding, byte[] bytes, int[] lengths, List<BlobValue> blobs, List<Head> heads) {
  /**
   * @param position which value, from 0
   */
  public record BlobValue(int position, BlobRef blob) {}

  /**
   * Holds for the value at {@code position} and those behind it, up to the next head's.
   *
   * @param bytes the head itself, unless it is too large to travel inside
   * @param blob where it is then, else null
   */
  public record Head(int position, byte[] bytes, @Nullable BlobRef blob) {
    /** The same for values from another position on. */
    public Head at(int other) {
      return new Head(other, bytes, blob);
    }

    /** Whether it says the same, wherever it stands. */
    public boolean isLike(Head other) {
      return Arrays.equals(bytes, other.bytes) && Objects.equals(blob, other.blob);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Head that && position == that.position && isLike(that);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** Values without heads. */
  public Values(Encoding encoding, byte[] bytes, int[] lengths, List<BlobValue> blobs) {
    this(encoding, bytes, lengths, blobs, List.of());
  }

  public static final Values NONE = new Values(Encoding.JSON, new byte[0], new int[0], List.of());

  public int count() {
    return lengths.length;
  }

  /** Without the first {@code skipped} of them. */
  public Values from(int skipped) {
    return part(skipped, count());
  }

  /** Those from position {@code from} up to but not including {@code until}. */
  public Values part(int from, int until) {
    if (from == 0 && until == count()) {
      return this;
    }
    int start = 0;
    for (int k = 0; k < from; k++) {
      start += lengths[k];
    }
    int end = start;
    for (int k = from; k < until; k++) {
      end += lengths[k];
    }
    return new Values(
        encoding,
        Arrays.copyOfRange(bytes, start, end),
        Arrays.copyOfRange(lengths, from, until),
        blobs.stream()
            .filter(blob -> blob.position() >= from && blob.position() < until)
            .map(blob -> new BlobValue(blob.position() - from, blob.blob()))
            .toList(),
        headsOf(from, until));
  }

  private List<Head> headsOf(int from, int until) {
    if (heads.isEmpty() || from == until) {
      return List.of();
    }
    List<Head> part = new ArrayList<>();
    Head before = null;
    for (Head head : heads) {
      if (head.position() <= from) {
        before = head;
      } else if (head.position() < until) {
        part.add(head.at(head.position() - from));
      }
    }
    if (before != null) {
      part.add(0, before.at(0));
    }
    return List.copyOf(part);
  }

  /** All of these, one behind the other; they have one encoding. */
  public static Values concat(List<Values> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    int count = 0;
    int size = 0;
    for (Values part : parts) {
      count += part.count();
      size += part.bytes.length;
    }
    byte[] bytes = new byte[size];
    int[] lengths = new int[count];
    List<BlobValue> blobs = new ArrayList<>();
    List<Head> heads = new ArrayList<>();
    count = 0;
    size = 0;
    for (Values part : parts) {
      System.arraycopy(part.bytes, 0, bytes, size, part.bytes.length);
      System.arraycopy(part.lengths, 0, lengths, count, part.count());
      for (BlobValue blob : part.blobs) {
        blobs.add(new BlobValue(count + blob.position(), blob.blob()));
      }
      for (Head head : part.heads) {
        if (heads.isEmpty() || !heads.get(heads.size() - 1).isLike(head)) {
          heads.add(head.at(count + head.position()));
        }
      }
      count += part.count();
      size += part.bytes.length;
    }
    Encoding encoding = parts.isEmpty() ? Encoding.JSON : parts.get(0).encoding;
    return new Values(encoding, bytes, lengths, List.copyOf(blobs), List.copyOf(heads));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Values that
        && encoding == that.encoding
        && Arrays.equals(bytes, that.bytes)
        && Arrays.equals(lengths, that.lengths)
        && blobs.equals(that.blobs)
        && heads.equals(that.heads);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + Arrays.hashCode(lengths);
  }

  @Override
  public String toString() {
    return lengths.length + " values of " + bytes.length + " bytes, " + encoding;
  }
}
