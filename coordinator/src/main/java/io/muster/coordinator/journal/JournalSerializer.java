package io.muster.coordinator.journal;

import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Hands a record's bytes through: what they mean is the coordinator's business. The manifest tells
 * an epoch's first record from the others, and the format of both.
 */
public final class JournalSerializer extends SerializerWithStringManifest {
  /** Of the records; another one is refused. */
  static final int FORMAT = 1;

  static final String OPENS = "opens-" + FORMAT;
  static final String GROUP = "group-" + FORMAT;

  @Override
  public int identifier() {
    return 735_100;
  }

  @Override
  public String manifest(Object o) {
    return ((JournalRecord) o).opens() ? OPENS : GROUP;
  }

  @Override
  public byte[] toBinary(Object o) {
    return ((JournalRecord) o).bytes();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return switch (manifest) {
      case OPENS -> new JournalRecord(true, bytes);
      case GROUP -> new JournalRecord(false, bytes);
      default ->
          throw new NotSerializableException(
              "the journal has a record '" + manifest + "', written by a newer version of Muster");
    };
  }
}
