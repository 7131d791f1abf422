package io.muster.worker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a JVM wrote when native code brought it down. Without a core file it ends with exit code 1,
 * which says nothing; its error file does.
 */
final class JvmCrash {
  /** Its name in a process's folder. */
  static final String FILE = "crash.log";

  private static final int HEAD_LINES = 20;
  private static final String MARK = "# ";

  private JvmCrash() {}

  /**
   * The signal or internal error, and the frame it came from, such as {@code SIGSEGV (0xb) at
   * pc=0x..., pid=7, tid=8 in C [libc.so.6+0x9]}; empty if the JVM left no such file.
   */
  static String in(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return "";
    }
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      return describe(lines.lines().limit(HEAD_LINES).collect(Collectors.toList()));
    } catch (IOException e) {
      return "";
    }
  }

  private static String describe(List<String> head) {
    String what =
        head.stream()
            .filter(line -> line.startsWith("#  "))
            .findFirst()
            .map(line -> line.substring(MARK.length()).strip())
            .orElse("");
    int frame = head.indexOf("# Problematic frame:") + 1;
    return frame == 0 || frame == head.size()
        ? what
        : what + " in " + head.get(frame).substring(MARK.length()).strip().replaceAll(" +", " ");
  }
}
