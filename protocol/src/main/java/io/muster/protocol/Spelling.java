package io.muster.protocol;

/** How far what somebody typed is from what they may have meant. */
public final class Spelling {
  private Spelling() {}

  /** Levenshtein's distance, or anything above 2 when it is more than that by length alone. */
  public static int distance(String left, String right) {
    if (Math.abs(left.length() - right.length()) > 2) {
      return 3;
    }
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[right.length() + 1];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replace = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[right.length()];
  }
}
