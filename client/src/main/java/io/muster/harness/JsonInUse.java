package io.muster.harness;

import org.jspecify.annotations.Nullable;

/**
 * The JSON of the programs that run in this process. Any thread; two that come first at once may
 * get two of them, which write and read the same.
 */
final class JsonInUse {
  private static volatile @Nullable Json json;

  private JsonInUse() {}

  static Json get() {
    Json known = json;
    if (known == null) {
      known = new Json();
      json = known;
    }
    return known;
  }

  /** A program is over: its classes can go. Loads no library where none was used. */
  static void forget() {
    json = null;
  }
}
