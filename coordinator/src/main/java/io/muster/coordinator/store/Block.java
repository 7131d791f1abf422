package io.muster.coordinator.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The head of a block: what the block is about, and where its bytes end.
 *
 * @param type what its bytes mean
 * @param length of its bytes, which follow the head
 * @param tag the record that names it; {@link #UNTAGGED} where the job's existence does
 * @param from the least index in it
 * @param until above the greatest index in it
 * @param count how many entries it has
 * @param checksum of its bytes
 */
record Block(Type type, int length, GroupTag tag, long from, long until, int count, int checksum) {
  /** What the bytes of a block mean. */
  enum Type {
    VALUES,
    FAILURES,
    CAUSES,
    LOGS,
    BLOBS,
    LINEAGE
  }

  static final int HEAD = 56;
  static final GroupTag UNTAGGED = new GroupTag(0, 0);

  private static final int MAGIC = 0x4d42_0100;
  private static final Type[] TYPES = Type.values();

  /** Appends a whole block. */
  static void put(
      Bytes out,
      Type type,
      GroupTag tag,
      long from,
      long until,
      int count,
      byte[] bytes,
      int length) {
    int start = out.size();
    out.putInt(MAGIC | type.ordinal());
    out.putInt(length);
    out.putLong(tag.epoch());
    out.putLong(tag.sequence());
    out.putLong(from);
    out.putLong(until);
    out.putInt(count);
    out.putInt(checksum(bytes, 0, length));
    out.putLong(checksum(out.array(), start, HEAD - 8));
    out.put(bytes, 0, length);
  }

  /** Reads a head, or null if these bytes are none. */
  static @Nullable Block read(ByteBuffer head) {
    BytesIn in = new BytesIn(head.array(), 0);
    int magic = in.getInt();
    int type = magic & 0xff;
    if ((magic & ~0xff) != MAGIC || type >= TYPES.length) {
      return null;
    }
    Block block =
        new Block(
            TYPES[type],
            in.getInt(),
            new GroupTag(in.getLong(), in.getLong()),
            in.getLong(),
            in.getLong(),
            in.getInt(),
            in.getInt());
    return in.getLong() == checksum(head.array(), 0, HEAD - 8) && block.length >= 0 ? block : null;
  }

  /** Head and bytes. */
  long size() {
    return HEAD + (long) length;
  }

  static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
