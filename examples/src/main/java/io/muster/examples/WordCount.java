package io.muster.examples;

import io.muster.api.Job;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The most frequent words of all text files in a folder that every worker sees. Large files are
 * counted in pieces; a word belongs to the piece that its line begins in.
 *
 * <p>Arguments: {@code dir} (required), {@code glob} ({@code *.txt}), {@code top} (20), {@code
 * piece} (4194304 bytes). The result is a map from word to count, the most frequent first.
 */
public final class WordCount implements Job<WordCount.Piece, Map<String, Long>, Map<String, Long>> {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}']+");

  /**
   * A part of a file.
   *
   * @param from in bytes
   * @param until in bytes, not included
   */
  public record Piece(String file, long from, long until) {}

  @Override
  public Stream<Piece> split(TaskContext context) throws IOException {
    Path folder = Path.of(context.arg("dir", ""));
    if (!context.args().containsKey("dir") || !Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          "--arg dir=FOLDER names the folder with the texts: " + folder);
    }
    var matcher = folder.getFileSystem().getPathMatcher("glob:" + context.arg("glob", "*.txt"));
    long piece = Long.parseLong(context.arg("piece", "4194304"));
    return Files.walk(folder)
        .filter(file -> Files.isRegularFile(file) && matcher.matches(file.getFileName()))
        .sorted()
        .flatMap(file -> pieces(file, piece));
  }

  @Override
  public Map<String, Long> run(Piece piece, TaskContext context) throws IOException {
    Map<String, Long> counts = new HashMap<>();
    try (RandomAccessFile file = new RandomAccessFile(piece.file(), "r")) {
      long from = lineStart(file, piece.from());
      long until = lineStart(file, piece.until());
      byte[] bytes = new byte[(int) (until - from)];
      file.seek(from);
      file.readFully(bytes);
      Matcher words = WORD.matcher(new String(bytes, StandardCharsets.UTF_8));
      while (words.find()) {
        counts.merge(words.group().toLowerCase(Locale.ROOT), 1L, Long::sum);
      }
    }
    return counts;
  }

  @Override
  public Map<String, Long> reduce(Stream<Map<String, Long>> counts, TaskContext context) {
    Map<String, Long> all = new HashMap<>();
    counts.forEach(each -> each.forEach((word, count) -> all.merge(word, count, Long::sum)));
    Map<String, Long> top = new LinkedHashMap<>();
    all.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(Long.parseLong(context.arg("top", "20")))
        .forEach(entry -> top.put(entry.getKey(), entry.getValue()));
    return top;
  }

  private static Stream<Piece> pieces(Path file, long piece) {
    try {
      long size = Files.size(file);
      return LongStream.range(0, (size + piece - 1) / piece)
          .mapToObj(i -> new Piece(file.toString(), i * piece, Math.min(size, (i + 1) * piece)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first line start at or behind this place; the file's end if there is none. */
  private static long lineStart(RandomAccessFile file, long place) throws IOException {
    if (place == 0 || place >= file.length()) {
      return place;
    }
    file.seek(place - 1);
    byte[] buffer = new byte[8192];
    long at = place - 1;
    for (int read = file.read(buffer); read > 0; read = file.read(buffer)) {
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n') {
          return at + i + 1;
        }
      }
      at += read;
    }
    return file.length();
  }
}
