package io.muster.coordinator.blobs;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files, {@code blobs/ab/abcdef…}. A file has its name only when its content was checked,
 * so what is there is whole.
 */
public final class FileBlobs implements Blobs {
  private static final Logger LOG = LoggerFactory.getLogger(FileBlobs.class);
  private static final String FOLDER = "blobs";
  private static final long LEASE = Duration.ofMinutes(10).toNanos();

  private final Path folder;
  private final Path incoming;
  private final LongSupplier nanos;
  private final long started;
  private final Map<BlobId, Long> leases = new ConcurrentHashMap<>();
  private final AtomicLong uploads = new AtomicLong();
  private volatile @Nullable String trouble;

  /**
   * @param data the coordinator's data folder
   */
  public FileBlobs(Path data) throws IOException {
    this(data, System::nanoTime);
  }

  FileBlobs(Path data, LongSupplier nanos) throws IOException {
    this.folder = data.resolve(FOLDER);
    this.incoming = folder.resolve("incoming");
    this.nanos = nanos;
    this.started = nanos.getAsLong();
    Files.createDirectories(incoming);
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(incoming)) {
      for (Path upload : unfinished) {
        Files.delete(upload);
      }
    }
  }

  private Path path(BlobId blob) {
    return pathIn(folder, blob);
  }

  private static Path pathIn(Path folder, BlobId blob) {
    return folder.resolve(blob.sha256().substring(0, 2)).resolve(blob.sha256());
  }

  /** Where the coordinator of this data folder has a blob, if it has it. */
  public static Path fileOf(Path data, BlobId blob) {
    return pathIn(data.resolve(FOLDER), blob);
  }

  private void lease(BlobId blob) {
    leases.put(blob, nanos.getAsLong() + LEASE);
  }

  @Override
  public boolean has(BlobId blob) {
    return Files.exists(path(blob));
  }

  @Override
  public List<BlobRef> missing(List<BlobRef> blobs) {
    return blobs.stream().filter(blob -> !pinned(blob.id())).toList();
  }

  private boolean pinned(BlobId blob) {
    synchronized (leases) {
      boolean here = has(blob);
      if (here) {
        lease(blob);
      }
      return here;
    }
  }

  @Override
  public Upload put(BlobRef blob) throws IOException {
    return new FileUpload(blob, incoming.resolve(blob.id() + "." + uploads.incrementAndGet()));
  }

  @Override
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  @Override
  public InputStream get(BlobId blob) throws IOException {
    return Files.newInputStream(path(blob));
  }

  /**
   * What was there when this coordinator started is pinned for ten minutes: leases are not kept.
   */
  @Override
  public void sweep(Set<BlobId> named) throws IOException {
    if (nanos.getAsLong() - started < LEASE) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, "??")) {
      for (Path beginning : folders) {
        try (DirectoryStream<Path> blobs = Files.newDirectoryStream(beginning)) {
          for (Path blob : blobs) {
            sweep(blob, named);
          }
        }
      }
    }
  }

  private void sweep(Path file, Set<BlobId> named) throws IOException {
    BlobId blob = new BlobId(file.getFileName().toString());
    synchronized (leases) {
      Long until = leases.get(blob);
      if (until != null && nanos.getAsLong() - until >= 0) {
        leases.remove(blob);
        until = null;
      }
      if (until == null && !named.contains(blob)) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public long size() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.mapToLong(FileBlobs::sizeOf).sum();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long sizeOf(Path path) {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class FileUpload implements Upload {
    private final BlobRef blob;
    private final Path file;
    private final FileChannel out;
    private final MessageDigest sha256;
    private long size;

    FileUpload(BlobRef blob, Path file) throws IOException {
      this.blob = blob;
      this.file = file;
      try {
        this.sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
      this.out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      size += bytes.remaining();
      if (size > blob.size()) {
        throw new WrongContent("blob " + blob.id() + " has more than " + blob.size() + " bytes");
      }
      sha256.update(bytes.duplicate());
      try {
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      } catch (IOException e) {
        trouble = e.getMessage();
        throw e;
      }
    }

    @Override
    public void commit() throws IOException {
      out.close();
      String content = HexFormat.of().formatHex(sha256.digest());
      if (size != blob.size() || !content.equals(blob.id().sha256())) {
        throw new WrongContent(
            "what was uploaded as blob "
                + blob.id()
                + " of "
                + blob.size()
                + " bytes is "
                + content
                + " of "
                + size
                + " bytes");
      }
      Path whole = path(blob.id());
      synchronized (leases) {
        lease(blob.id());
        Files.createDirectories(whole.getParent());
        Files.move(file, whole, StandardCopyOption.ATOMIC_MOVE);
      }
      trouble = null;
    }

    /** After a commit there is nothing left to discard. */
    @Override
    public void close() {
      try {
        out.close();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("{} stays until the next start", file, e);
      }
    }
  }
}
