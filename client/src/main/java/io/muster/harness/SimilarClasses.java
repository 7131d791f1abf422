package io.muster.harness;

import io.muster.protocol.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipFile;

/** Finds the classes that a user may have meant. */
final class SimilarClasses {
  private static final int MOST = 3;
  private static final String CLASS = ".class";

  private SimilarClasses() {}

  /**
   * Classes in these jars with the same simple name, or one that differs by two letters or less.
   */
  static List<String> in(List<Path> jars, String wanted) {
    String simple = simpleName(wanted);
    record Candidate(String name, int distance) {}
    List<Candidate> candidates = new ArrayList<>();
    for (Path jar : jars) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(entry -> entry.getName())
            .filter(entry -> entry.endsWith(CLASS) && !entry.startsWith("META-INF/"))
            .map(entry -> entry.substring(0, entry.length() - CLASS.length()).replace('/', '.'))
            .map(name -> new Candidate(name, Spelling.distance(simple, simpleName(name))))
            .filter(candidate -> candidate.distance <= 2 && candidate.distance < simple.length())
            .forEach(candidates::add);
      } catch (IOException e) {
        continue; // said elsewhere, by who needs the jar itself
      }
    }
    return candidates.stream()
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(MOST)
        .map(Candidate::name)
        .toList();
  }

  private static String simpleName(String name) {
    return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1)
        .toLowerCase(Locale.ROOT);
  }
}
