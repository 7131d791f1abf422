package io.muster.coordinator.cli;

import io.muster.api.Combine;
import io.muster.api.IoTask;
import io.muster.api.Job;
import io.muster.api.RangeTask;
import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** What stages may run, and what they may not, as a user's jar. */
public final class StageClasses {
  private StageClasses() {}

  /** Many outputs for each input. */
  public static final class Words implements Task<String, List<String>> {
    @Override
    public List<String> run(String line, TaskContext context) {
      return List.of(line.split(" ", -1));
    }
  }

  /** Waits. */
  public static final class Ask implements IoTask<String, String> {
    @Override
    public CompletionStage<String> start(String word, TaskContext context) {
      return CompletableFuture.completedFuture(word);
    }
  }

  /** One output for all. */
  public static final class Count implements Job<String, String, Long> {
    @Override
    public Stream<String> split(TaskContext context) {
      return Stream.empty();
    }

    @Override
    public String run(String word, TaskContext context) {
      return word;
    }

    @Override
    public Long reduce(Stream<String> words, TaskContext context) {
      return words.count();
    }
  }

  /** Takes intervals. */
  public static final class Piece implements RangeTask<Long> {
    @Override
    public Long run(long from, long until, TaskContext context) {
      return until - from;
    }
  }

  /** Takes intervals, and combines. */
  public static final class Sum implements RangeTask<Long>, Combine<Long> {
    @Override
    public Long run(long from, long until, TaskContext context) {
      return until - from;
    }

    @Override
    public Long combine(Long left, Long right) {
      return left + right;
    }
  }

  static String named(Class<?> type) {
    return type.getName().replace('$', '.');
  }

  static void pack(Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> type :
          List.of(
              StageClasses.class, Words.class, Ask.class, Count.class, Piece.class, Sum.class)) {
        String file = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(file));
        try (InputStream in = StageClasses.class.getClassLoader().getResourceAsStream(file)) {
          if (in == null) {
            throw new IOException("no " + file);
          }
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
  }
}
