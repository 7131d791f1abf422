package io.muster.calls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads results, and exceptions of calls, in the client. Serialized objects go through a filter,
 * since what a cluster sends should not be able to harm its clients. Any thread.
 */
public final class CallValues {
  private static final int MOST_DEPTH = 1_000;

  /** A hash table has up to eight places an entry, and an entry has more than a byte. */
  private static final long PLACES_A_BYTE = 16;

  private static final long SMALL_ARRAY = 1_024;

  private final ClassLoader loader;
  private final ObjectInputFilter filter;

  /**
   * @param loader finds the classes of objects
   * @param filter what may be read; see {@link #defaultFilter}
   */
  public CallValues(ClassLoader loader, ObjectInputFilter filter) {
    this.loader = loader;
    this.filter = filter;
  }

  /**
   * Takes objects of any class, up to 1,000 deep, that the JVM's own filter ({@code
   * jdk.serialFilter}), if it has one, does not reject. Whatever the filter, an array that claims
   * to be much larger than the bytes of its value is refused, so that a few bytes can't fill the
   * memory.
   */
  public static ObjectInputFilter defaultFilter() {
    ObjectInputFilter ofJvm = ObjectInputFilter.Config.getSerialFilter();
    ObjectInputFilter depth =
        info ->
            info.depth() > MOST_DEPTH
                ? ObjectInputFilter.Status.REJECTED
                : ObjectInputFilter.Status.UNDECIDED;
    return ofJvm == null ? depth : ObjectInputFilter.merge(depth, ofJvm);
  }

  /**
   * Reads one value that {@link CallEncoder} wrote, or a plain serialized object.
   *
   * @throws UnreadableValueException if a class is missing here, the filter refuses it, or the
   *     bytes are damaged
   */
  public @Nullable Object read(byte[] bytes, int offset, int length)
      throws UnreadableValueException {
    return new ValueInput(bytes, offset, length, this::stream).readOne();
  }

  private ObjectInputStream stream(ByteArrayInputStream bytes, int length) throws IOException {
    ObjectReader reader = new ObjectReader(bytes, loader);
    long mostPlaces = SMALL_ARRAY + PLACES_A_BYTE * length;
    reader.setObjectInputFilter(
        info ->
            info.arrayLength() > mostPlaces
                ? ObjectInputFilter.Status.REJECTED
                : filter.checkInput(info));
    return reader;
  }
}
