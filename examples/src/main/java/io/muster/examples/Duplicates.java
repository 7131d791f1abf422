package io.muster.examples;

import io.muster.api.Job;
import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files with the same content in a folder that every worker sees. Only those are read that share
 * their size with another: each is hashed in a task of its own, then the hashes are grouped.
 *
 * <p>Argument: {@code dir}. The result lists each group of equal files, the largest waste first.
 *
 * <p>The classes inside are the same as the stages of a pipeline, {@code
 * duplicates/duplicates.yaml}, whose inputs are the files' paths.
 */
public final class Duplicates implements Job<String, Duplicates.Hashed, Duplicates.Report> {
  /** A file's content. */
  public record Hashed(String file, long size, String sha256) implements Serializable {}

  /** Files that are the same, in the order of their names. */
  public record Group(long size, List<String> files) implements Serializable {
    long wasted() {
      return size * (files.size() - 1);
    }
  }

  /**
   * @param wasted bytes that would be free with one file of each group
   */
  public record Report(long wasted, List<Group> groups) implements Serializable {}

  @Override
  public Stream<String> split(TaskContext context) throws IOException {
    Path folder = Path.of(context.arg("dir", ""));
    if (!context.args().containsKey("dir") || !Files.isDirectory(folder)) {
      throw new NotDirectoryException("--arg dir=FOLDER names the folder to search: " + folder);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      Map<Long, List<Path>> bySize =
          files
              .filter(Files::isRegularFile)
              .collect(
                  Collectors.groupingBy(
                      file -> file.toFile().length(), TreeMap::new, Collectors.toList()));
      return bySize.values().stream()
          .filter(same -> same.size() > 1)
          .flatMap(List::stream)
          .map(Path::toString);
    }
  }

  @Override
  public Hashed run(String file, TaskContext context) throws IOException {
    return hashed(file);
  }

  @Override
  public Report reduce(Stream<Hashed> files, TaskContext context) {
    return report(groups(files).stream());
  }

  // What the job and the pipeline do alike

  static Hashed hashed(String file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(Path.of(file)), digest)) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      return new Hashed(file, size, HexFormat.of().formatHex(digest.digest()));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static List<Group> groups(Stream<Hashed> files) {
    return files.collect(Collectors.groupingBy(Hashed::sha256)).values().stream()
        .filter(same -> same.size() > 1)
        .map(Duplicates::group)
        .toList();
  }

  private static Group group(List<Hashed> same) {
    return new Group(same.get(0).size(), same.stream().map(Hashed::file).sorted().toList());
  }

  static Report report(Stream<Group> groups) {
    List<Group> sorted =
        groups
            .sorted(
                Comparator.comparingLong(Group::wasted)
                    .reversed()
                    .thenComparing(group -> group.files().get(0)))
            .toList();
    return new Report(sorted.stream().mapToLong(Group::wasted).sum(), sorted);
  }

  // The stages of the pipeline

  /** The first stage hashes a file. */
  public static final class Hash implements Task<String, Hashed> {
    @Override
    public Hashed run(String file, TaskContext context) throws IOException {
      return hashed(file);
    }
  }

  /**
   * The second looks at all hashes together; each group of equal files is an input of the third.
   */
  public static final class Groups implements Job<Hashed, Hashed, List<Group>> {
    @Override
    public Stream<Hashed> split(TaskContext context) {
      throw new UnsupportedOperationException("its inputs come from the stage before");
    }

    @Override
    public Hashed run(Hashed file, TaskContext context) {
      return file;
    }

    @Override
    public List<Group> reduce(Stream<Hashed> files, TaskContext context) {
      return groups(files);
    }
  }

  /** The third adds up. */
  public static final class Summary implements Job<Group, Group, Report> {
    @Override
    public Stream<Group> split(TaskContext context) {
      throw new UnsupportedOperationException("its inputs come from the stage before");
    }

    @Override
    public Group run(Group group, TaskContext context) {
      return group;
    }

    @Override
    public Report reduce(Stream<Group> groups, TaskContext context) {
      return report(groups);
    }
  }
}
