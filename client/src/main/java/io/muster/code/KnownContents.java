package io.muster.code;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What entries were called when they were read last, as long as they have not changed since: in
 * memory, and in a small file for this user's other programs. A line of it is: SHA-256, size,
 * stamp, path. Lines that can't be used are left out; without the file everything is read again.
 * Any thread.
 */
final class KnownContents {
  /** For this program. */
  static final KnownContents INSTANCE = new KnownContents(UserCache.folder("code"));

  private static final int MOST_LINES = 4000;
  private static final int KEPT_LINES = 1000;
  private static final long WORTH_KEEPING = 256 * 1024;

  private record Known(String stamp, BlobId id, long size) {}

  private final Optional<Path> file;
  private final Map<String, Known> known = new LinkedHashMap<>();
  private boolean read;

  /**
   * @param folder of the file
   */
  KnownContents(Optional<Path> folder) {
    file = folder.map(cache -> cache.resolve("contents"));
  }

  /** What the entry is called now. */
  BlobRef nameOf(CodeEntry entry) throws IOException {
    CodeEntry.Stamp stamp = entry.stamp();
    Known before = known(entry.path());
    if (before != null && before.stamp.equals(stamp.text())) {
      return new BlobRef(before.id, before.size, entry.name());
    }
    BlobRef found;
    try (InputStream content = entry.open()) {
      found = ContentName.of(content, entry.name());
    }
    if (stamp.isSettled() && entry.stamp().equals(stamp)) {
      keep(entry.path(), new Known(stamp.text(), found.id(), found.size()));
    }
    return found;
  }

  /** It turned out to be something else: it is read again. */
  synchronized void forget(Path entry) {
    known.remove(entry.toString());
  }

  private synchronized @Nullable Known known(Path entry) {
    if (!read) {
      read = true;
      file.ifPresent(this::read);
    }
    return known.get(entry.toString());
  }

  private synchronized void keep(Path entry, Known now) {
    known.remove(entry.toString()); // so that what is new stands last
    known.put(entry.toString(), now);
    if (now.size >= WORTH_KEEPING && entry.toString().indexOf('\n') < 0) {
      file.ifPresent(kept -> append(kept, line(entry.toString(), now)));
    }
  }

  private static String line(String path, Known its) {
    return its.id + "\t" + its.size + "\t" + its.stamp + "\t" + path + "\n";
  }

  private void read(Path kept) {
    try {
      List<String> lines =
          Files.exists(kept) ? Files.readAllLines(kept, StandardCharsets.UTF_8) : List.of();
      lines.forEach(this::add);
      if (lines.size() > MOST_LINES) {
        rewrite(kept);
      }
    } catch (IOException e) {
      return; // as if it were not there
    }
  }

  private void add(String line) {
    String[] parts = line.split("\t", 4);
    try {
      if (parts.length == 4) {
        known.remove(parts[3]);
        known.put(parts[3], new Known(parts[2], new BlobId(parts[0]), Long.parseLong(parts[1])));
      }
    } catch (IllegalArgumentException e) {
      return; // two programs wrote at once, or a disk was full
    }
  }

  /** One write for a line: those of several programs don't mix. */
  private static void append(Path kept, String line) {
    try {
      Files.writeString(
          kept, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      return; // read again next time
    }
  }

  private void rewrite(Path kept) throws IOException {
    StringBuilder text = new StringBuilder();
    known.entrySet().stream()
        .skip(Math.max(0, known.size() - KEPT_LINES))
        .forEach(entry -> text.append(line(entry.getKey(), entry.getValue())));
    Path fresh = Files.createTempFile(kept.getParent(), "contents", ".new");
    Files.writeString(fresh, text, StandardCharsets.UTF_8);
    Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
  }
}
