package io.muster.coordinator.wire;

/** Text of others in a line of ours. */
final class OneLine {
  private OneLine() {}

  /** The text with a space for what would end or rewrite the line. */
  static String of(String text) {
    return text.replaceAll("[\\p{Cntrl}\\x80-\\x9f\\u2028\\u2029]+", " ");
  }
}
