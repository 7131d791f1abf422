package io.muster.worker.engine;

import io.muster.protocol.BlobRef;
import io.muster.worker.process.Confinement;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Blobs on this machine, each a file named by its SHA-256, fetched once. Those in use by somebody
 * stay; of the others the least recently used go when all together exceed the limit. Any thread.
 */
final class BlobCache {
  /** Where blobs come from. */
  interface Source {
    void fetch(BlobRef blob, OutputStream to) throws Exception;

    /**
     * Gives a blob that is on this machine another name.
     *
     * @return false if that is not possible
     */
    boolean link(BlobRef blob, Path to);
  }

  private final Confinement confinement;
  private final Path folder;
  private final long limit;
  private final Source source;

  /** Sizes, those used last standing last. */
  private final LinkedHashMap<String, Long> files = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Object, List<String>> uses = new HashMap<>();
  private final Map<String, Object> fetching = new HashMap<>();

  /** What an earlier worker left in the folder is used again. */
  BlobCache(Path folder, long limit, Source source) throws IOException {
    this(folder, limit, source, Confinement.NONE);
  }

  /** The same for task processes that may not read what is the worker's alone. */
  BlobCache(Path folder, long limit, Source source, Confinement confinement) throws IOException {
    this.confinement = confinement;
    this.folder = folder;
    this.limit = limit;
    this.source = source;
    List<Path> there = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        if (file.getFileName().toString().endsWith(".part")) {
          Files.deleteIfExists(file);
        } else {
          there.add(file);
        }
      }
    }
    there.sort(Comparator.comparing(file -> file.toFile().lastModified()));
    for (Path file : there) {
      files.put(file.getFileName().toString(), Files.size(file));
    }
  }

  Path folder() {
    return folder;
  }

  /** Where the blob is or will be. */
  Path path(BlobRef blob) {
    return folder.resolve(blob.id().sha256());
  }

  /** Brings it here if it is not, and keeps it until the user releases what it uses. */
  void use(Object user, BlobRef blob) throws Exception {
    String name = blob.id().sha256();
    Object mine = new Object();
    synchronized (this) {
      uses.computeIfAbsent(user, u -> new ArrayList<>()).add(name);
      while (fetching.containsKey(name)) {
        wait();
      }
      if (files.get(name) != null) {
        return;
      }
      fetching.put(name, mine);
    }
    try {
      fetch(blob);
      synchronized (this) {
        files.put(name, blob.size());
        shrink();
      }
    } finally {
      synchronized (this) {
        fetching.remove(name);
        notifyAll();
      }
    }
  }

  synchronized void release(Object user) {
    uses.remove(user);
    shrink();
  }

  synchronized long bytes() {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  private void fetch(BlobRef blob) throws Exception {
    if (source.link(blob, path(blob))) {
      return;
    }
    Path unfinished = Files.createTempFile(folder, "blob", ".part");
    confinement.readable(unfinished);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(unfinished), digest)) {
        source.fetch(blob, out);
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(blob.id().sha256())) {
        throw new IOException("blob " + blob.id() + " arrived damaged, as " + found);
      }
      Files.move(unfinished, path(blob), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void shrink() {
    long size = bytes();
    Iterator<Map.Entry<String, Long>> oldest = files.entrySet().iterator();
    while (size > limit && oldest.hasNext()) {
      Map.Entry<String, Long> file = oldest.next();
      if (uses.values().stream().noneMatch(names -> names.contains(file.getKey()))) {
        size -= file.getValue();
        oldest.remove();
        delete(folder.resolve(file.getKey()));
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
