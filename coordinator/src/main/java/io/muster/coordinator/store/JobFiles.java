package io.muster.coordinator.store;

import io.muster.protocol.Encoding;
import io.muster.protocol.Values.BlobValue;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is kept of one job. */
final class JobFiles implements Closeable {
  /** The block of inputs that was read last: the next chunk is likely to be in it too. */
  record InputBlock(
      long from, Encoding encoding, byte[] bytes, int[] starts, List<BlobValue> blobs) {
    long until() {
      return from + starts.length - 1;
    }
  }

  final Path folder;
  final BlockFile inputs;

  /** Of a stage, and of what a pipeline gave: what its inputs came from. */
  final BlockFile lineage;

  final BlockFile results;
  final BlockFile failures;
  final BlockFile logs;
  final BlockFile result;
  final BlockFile blobs;
  volatile @Nullable InputBlock lastInputs;
  private @Nullable Causes causes;

  JobFiles(Path folder, Disk disk, Predicate<GroupTag> written) {
    this.folder = folder;
    inputs =
        new BlockFile(
            folder.resolve("inputs"), disk, tag -> tag.equals(Block.UNTAGGED) || written.test(tag));
    lineage = new BlockFile(folder.resolve("lineage"), disk, written);
    results = new BlockFile(folder.resolve("results"), disk, written);
    failures = new BlockFile(folder.resolve("failures"), disk, written);
    logs = new BlockFile(folder.resolve("logs"), disk, written);
    result = new BlockFile(folder.resolve("result"), disk, written);
    blobs = new BlockFile(folder.resolve("blobs"), disk, written);
  }

  private List<BlockFile> all() {
    return List.of(inputs, lineage, results, failures, logs, result, blobs);
  }

  /** Cuts off what earlier epochs left behind that does not count. */
  void clean() throws IOException {
    for (BlockFile file : all()) {
      file.clean();
    }
  }

  /** To be used by one thread at a time. */
  Causes causes() throws IOException {
    Causes known = causes;
    if (known == null) {
      known = Causes.read(failures);
      causes = known;
    }
    return known;
  }

  @Override
  public void close() throws IOException {
    for (BlockFile file : all()) {
      file.close();
    }
  }
}
