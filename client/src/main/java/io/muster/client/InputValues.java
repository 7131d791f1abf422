package io.muster.client;

import io.muster.protocol.Encoding;
import java.util.Collections;
import java.util.Iterator;

/** The values of a job's listed inputs. */
public interface InputValues {
  /** Of a job that has none to send. */
  InputValues NONE = new Given(Encoding.JSON, true, Collections.<byte[]>emptyList());

  /** How their bytes are to be read. */
  Encoding encoding();

  /** Whether {@link #open} may be called again, and gives the same values. */
  boolean isRepeatable();

  /** Goes through them, from the first on. */
  Iterator<byte[]> open();

  /** Values that pass by once. */
  static InputValues once(Encoding encoding, Iterator<byte[]> values) {
    return new Given(encoding, false, () -> values);
  }

  /** Values that can be had as often as they are asked for. */
  static InputValues again(Encoding encoding, Iterable<byte[]> values) {
    return new Given(encoding, true, values);
  }

  /**
   * @param values asked for an iterator whenever they are to be read
   */
  record Given(Encoding encoding, boolean isRepeatable, Iterable<byte[]> values)
      implements InputValues {
    @Override
    public Iterator<byte[]> open() {
      return values.iterator();
    }
  }
}
