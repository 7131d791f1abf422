package io.muster.code;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;

/**
 * A folder of classes and resources. Packed into a jar that says nothing but their names and
 * contents: sorted, stored as they are, with one fixed time, so that the same content is the same
 * blob whoever built it and whenever. What is hidden by a leading dot in a folder's name stays
 * here: {@code .git} is nobody's resource.
 */
record ClassFolder(Path path) implements CodeEntry {
  private static final int MOST_FILES = 200_000;
  private static final long MOST_BYTES = 1L << 30;
  private static final int MOST_IN_MEMORY = 4 << 20;

  /** Not the first day of 1980, which zip files say with the zone of whoever writes them. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  @Override
  public String name() {
    Path last = path.toAbsolutePath().normalize().getFileName();
    return (last == null ? "classes" : last) + ".jar";
  }

  @Override
  public Stamp stamp() throws IOException {
    MessageDigest digest = ContentName.sha256();
    FileTime newest = FileTime.fromMillis(0);
    for (Map.Entry<String, BasicFileAttributes> file : contents().entrySet()) {
      BasicFileAttributes its = file.getValue();
      String line = file.getKey();
      if (its.isRegularFile()) {
        line += " " + its.size() + " " + its.lastModifiedTime().toInstant() + " " + its.fileKey();
      }
      digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
      if (its.lastModifiedTime().compareTo(newest) > 0) {
        newest = its.lastModifiedTime();
      }
    }
    return new Stamp(ContentName.hex(digest), newest);
  }

  @Override
  public InputStream open() throws IOException {
    Path packed = Files.createTempFile("muster-classes", ".jar");
    try {
      try (OutputStream file = Files.newOutputStream(packed)) {
        pack(file);
      }
      return Files.newInputStream(packed, StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(packed);
      throw e;
    }
  }

  private void pack(OutputStream to) throws IOException {
    try (ZipOutputStream jar = new ZipOutputStream(new BufferedOutputStream(to))) {
      for (Map.Entry<String, BasicFileAttributes> file : contents().entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(TIME);
        entry.setMethod(ZipEntry.STORED);
        if (file.getValue().isDirectory()) {
          entry.setSize(0);
          entry.setCrc(0);
          jar.putNextEntry(entry);
        } else {
          store(jar, entry, path.resolve(file.getKey()));
        }
      }
    }
  }

  /** As it is now: somebody may be writing it. */
  private static void store(ZipOutputStream jar, ZipEntry entry, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_IN_MEMORY);
      if (bytes.length == MOST_IN_MEMORY) {
        storeLarge(jar, entry, file);
        return;
      }
      CRC32 sum = new CRC32();
      sum.update(bytes);
      entry.setSize(bytes.length);
      entry.setCrc(sum.getValue());
      jar.putNextEntry(entry);
      jar.write(bytes);
      jar.closeEntry();
    }
  }

  /** What is stored says its sum first; so it is read twice, as far as it went the first time. */
  private static void storeLarge(ZipOutputStream jar, ZipEntry entry, Path file)
      throws IOException {
    long size;
    try (CheckedInputStream in = new CheckedInputStream(Files.newInputStream(file), new CRC32())) {
      size = in.transferTo(OutputStream.nullOutputStream());
      entry.setSize(size);
      entry.setCrc(in.getChecksum().getValue());
    }
    jar.putNextEntry(entry);
    try (InputStream in = Files.newInputStream(file)) {
      long left = size;
      while (left > 0) {
        byte[] bytes = in.readNBytes((int) Math.min(left, MOST_IN_MEMORY));
        if (bytes.length == 0) {
          break; // closeEntry says that it is shorter now
        }
        jar.write(bytes);
        left -= bytes.length;
      }
      jar.closeEntry();
    } catch (ZipException e) {
      throw new IOException(file + " changes while it is read", e);
    }
  }

  /** Names as a jar has them, folders with a slash at their end. */
  private SortedMap<String, BasicFileAttributes> contents() throws IOException {
    SortedMap<String, BasicFileAttributes> contents = new TreeMap<>();
    Files.walkFileTree(
        path,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          private long bytes;

          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.equals(path)) {
              return FileVisitResult.CONTINUE;
            }
            if (folder.getFileName().toString().startsWith(".")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            contents.put(named(folder) + "/", attributes);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              contents.put(named(file), attributes);
              bytes += attributes.size();
              checkSize(contents.size(), bytes);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
            if (error instanceof FileSystemLoopException) {
              return FileVisitResult.CONTINUE; // a link to a folder that it is in
            }
            throw error;
          }
        });
    return contents;
  }

  private String named(Path file) {
    return path.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private void checkSize(int files, long bytes) throws IOException {
    if (files > MOST_FILES || bytes > MOST_BYTES) {
      throw new IOException(
          "the class path has the folder "
              + path
              + ", which holds more than "
              + MOST_FILES
              + " files or "
              + (MOST_BYTES >> 20)
              + " MiB and is not sent to a cluster: leave it out of the class path");
    }
  }
}
