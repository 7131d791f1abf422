package io.muster.protocol;

import java.util.List;
import java.util.Locale;

/** The I/O tasks that every worker has built in, by the names that {@code submit --io} takes. */
public final class IoNames {
  public static final List<String> ALL =
      List.of("http-get", "http-post", "tcp-check", "file-stat", "file-hash", "sleep");

  private IoNames() {}

  public static boolean isOne(String name) {
    return ALL.contains(name);
  }

  /** One line for somebody who gave a name that is none. */
  public static String unknown(String name) {
    String typed = name.toLowerCase(Locale.ROOT).replace('_', '-');
    for (String each : ALL) {
      if (Spelling.distance(typed, each) <= 2) {
        return "there is no I/O task '" + name + "': did you mean " + each + "?";
      }
    }
    return "there is no I/O task '" + name + "'; there are " + String.join(", ", ALL);
  }
}
