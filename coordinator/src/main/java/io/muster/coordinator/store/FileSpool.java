package io.muster.coordinator.store;

import io.muster.protocol.BlobId;
import io.muster.protocol.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of input blocks that becomes a job's. */
final class FileSpool implements InputSpool {
  private static final Logger LOG = LoggerFactory.getLogger(FileSpool.class);

  private final BlockFile file;
  private final Bytes out = new Bytes();
  private final List<BlobId> blobs = new ArrayList<>();
  private long count;

  FileSpool(Path path, Disk disk) {
    this.file = new BlockFile(path, disk, Block.UNTAGGED::equals);
  }

  @Override
  public void append(Values values) throws IOException {
    out.clear();
    JobWriter.putInputs(out, Block.UNTAGGED, count, values);
    file.append(out);
    values.blobs().forEach(blob -> blobs.add(blob.blob().id()));
    count += values.count();
  }

  @Override
  public long count() {
    return count;
  }

  List<BlobId> blobs() {
    return blobs;
  }

  /** The file is now the job's, under this name. */
  void moveTo(Path inputs) throws IOException {
    file.close();
    if (count > 0) {
      Files.createDirectories(inputs.getParent());
      Files.move(file.path(), inputs);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
      Files.deleteIfExists(file.path());
    } catch (IOException e) {
      LOG.warn("{} stays until the next start", file.path(), e);
    }
  }
}
