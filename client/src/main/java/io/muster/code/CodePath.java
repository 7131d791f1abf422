package io.muster.code;

import io.muster.client.model.ClusterException;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The code of the calling program as a cluster gets it: jars as they are, class folders each packed
 * into a jar, all named by content; never the JDK and never Muster's own. Immutable; any thread.
 */
public final class CodePath {
  /** So often what changes while it is sent is sent anew. */
  private static final int TRIES = 3;

  private final List<Path> entries;
  private final KnownContents contents;

  private CodePath(List<Path> entries, KnownContents contents) {
    this.entries = List.copyOf(entries);
    this.contents = contents;
  }

  /**
   * Where this loader and its parents find classes: the class path, jars that a manifest's {@code
   * Class-Path} names, the module path, URL class loaders. Entries that are not there are ignored
   * as the JVM ignores them. Nothing is packed or read whole yet.
   */
  public static CodePath ofCaller(ClassLoader loader) {
    return of(LoaderPath.of(loader), KnownContents.INSTANCE);
  }

  static CodePath of(List<Path> entries, KnownContents contents) {
    return new CodePath(entries, contents);
  }

  /** The same with one more jar, or class folder, at its end. */
  public CodePath plus(Path jar) {
    List<Path> more = new ArrayList<>(entries);
    more.add(jar.toAbsolutePath().normalize());
    return of(more, contents);
  }

  /** Where its entries are, in order. */
  public List<Path> entries() {
    return entries;
  }

  /**
   * Uploads what the cluster lacks, as it is now; what it has is kept there for ten minutes more,
   * within which a job has to name it.
   *
   * @return what the entries are called, in class-path order
   * @throws IOException when an entry can't be read or is gone; the line names it
   */
  public List<BlobRef> upload(CoordinatorApi api) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Map<BlobRef, CodeEntry> named = named();
      if (sent(api, named)) {
        return List.copyOf(named.keySet());
      }
    }
    return sentAsRead(api);
  }

  /** Of entries that change all the time, such as a folder that somebody logs into. */
  private List<BlobRef> sentAsRead(CoordinatorApi api) throws IOException {
    Map<BlobId, BlobRef> named = new LinkedHashMap<>();
    for (Path path : entries) {
      CodeEntry entry = CodeEntry.at(path);
      Path copy = Files.createTempFile("muster-code", ".jar");
      try {
        try (InputStream content = open(entry)) {
          Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        BlobRef blob;
        try (InputStream content = Files.newInputStream(copy)) {
          blob = ContentName.of(content, entry.name());
        }
        try (InputStream content = Files.newInputStream(copy)) {
          api.put(blob, content);
        }
        named.putIfAbsent(blob.id(), blob);
      } finally {
        Files.delete(copy);
      }
    }
    return List.copyOf(named.values());
  }

  /** What two entries have in common goes once, where it comes first. */
  private Map<BlobRef, CodeEntry> named() throws IOException {
    Map<BlobRef, CodeEntry> named = new LinkedHashMap<>();
    Map<BlobId, BlobRef> known = new LinkedHashMap<>();
    for (Path path : entries) {
      CodeEntry entry = CodeEntry.at(path);
      BlobRef blob = nameOf(entry);
      if (known.putIfAbsent(blob.id(), blob) == null) {
        named.put(blob, entry);
      }
    }
    return named;
  }

  private BlobRef nameOf(CodeEntry entry) throws IOException {
    try {
      return contents.nameOf(entry);
    } catch (IOException e) {
      throw unreadable(entry, e);
    }
  }

  /** False when some of it is something else by now. */
  private boolean sent(CoordinatorApi api, Map<BlobRef, CodeEntry> named) throws IOException {
    if (named.isEmpty()) {
      return true;
    }
    Set<BlobId> missing =
        api.missing(List.copyOf(named.keySet())).stream()
            .map(BlobRef::id)
            .collect(Collectors.toSet());
    for (Map.Entry<BlobRef, CodeEntry> each : named.entrySet()) {
      if (missing.contains(each.getKey().id()) && !sent(api, each.getKey(), each.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** False when it is something else by now. */
  private boolean sent(CoordinatorApi api, BlobRef blob, CodeEntry entry) throws IOException {
    try (InputStream content = open(entry)) {
      api.put(blob, content);
      return true;
    } catch (ClusterException e) {
      contents.forget(entry.path());
      if (nameOf(entry).id().equals(blob.id())) {
        throw e;
      }
      return false;
    }
  }

  private static InputStream open(CodeEntry entry) throws IOException {
    try {
      return entry.open();
    } catch (IOException e) {
      throw unreadable(entry, e);
    }
  }

  private static IOException unreadable(CodeEntry entry, IOException e) {
    String where = "class path entry " + entry.path();
    if (e instanceof NoSuchFileException) {
      return new IOException(where + " is not there (any more): build it, or leave it out", e);
    }
    String why = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
    return new IOException(where + " can't be read: " + why, e);
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
