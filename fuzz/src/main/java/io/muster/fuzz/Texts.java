package io.muster.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** Text in some language, of whole examples and of that language's words. */
public final class Texts {
  private static final int MOST_CHANGES = 6;

  /** What breaks readers of any text. */
  private static final List<String> ODD =
      List.of(
          "\0",
          "\n",
          "\r\n",
          "\t",
          "\u001b[31m",
          "\u202e",
          "\ufeff",
          "\ud83d\ude00",
          "é",
          "\"",
          "'",
          "\\",
          "\\u0000",
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "#",
          "-",
          "0",
          "-1",
          "1e999",
          "99999999999999999999",
          "2147483648",
          "-9223372036854775809",
          "1e-400",
          "NaN",
          "true",
          "null",
          " ",
          "..",
          "/",
          "%",
          "${x}",
          "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
          "{\"a\":".repeat(40));

  private Texts() {}

  /**
   * @param examples whole ones, which are changed
   * @param words what is put in, beside what is odd anywhere
   */
  public static Inputs of(List<String> examples, List<String> words) {
    return random -> {
      StringBuilder text = new StringBuilder(one(examples, random));
      for (int i = random.nextInt(MOST_CHANGES); i > 0; i--) {
        change(text, examples, words, random);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return random.nextInt(3) == 0 ? Damage.to(bytes, random) : bytes;
    };
  }

  private static void change(
      StringBuilder text, List<String> examples, List<String> words, SplittableRandom random) {
    int at = random.nextInt(text.length() + 1);
    int end = at + random.nextInt(Math.min(30, text.length() - at) + 1);
    switch (random.nextInt(5)) {
      case 0 -> text.delete(at, end);
      case 1 -> text.insert(at, text.substring(at, end));
      case 2 -> text.replace(at, end, one(words, random));
      case 3 -> text.insert(at, one(ODD, random));
      default -> {
        String other = one(examples, random);
        text.insert(at, other, random.nextInt(other.length() + 1), other.length());
      }
    }
  }

  private static String one(List<String> texts, SplittableRandom random) {
    return texts.isEmpty() ? "" : texts.get(random.nextInt(texts.size()));
  }
}
