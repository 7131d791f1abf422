package io.muster.coordinator.store;

import io.muster.coordinator.store.JobFiles.InputBlock;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.Values;
import io.muster.protocol.Values.BlobValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a job's inputs: blocks of neighbours, one behind the other. Any thread. */
final class InputFile {
  private InputFile() {}

  /** Inputs of an interval; all of one job have the same encoding. */
  static Values read(JobFiles job, Interval interval) throws IOException {
    Bytes bytes = new Bytes();
    int[] lengths = new int[Math.toIntExact(interval.size())];
    List<BlobValue> blobs = new ArrayList<>();
    Encoding encoding = Encoding.JSON;
    int count = 0;
    try (BlockReader reader = job.inputs.reader()) {
      long at = -1;
      while (count < lengths.length) {
        long index = interval.from() + count;
        InputBlock block = job.lastInputs;
        if (block == null || index < block.from() || index >= block.until()) {
          at = seek(reader, at < 0 ? job.inputs.offsetOf(index) : at, index);
          block = load(reader, at);
          job.lastInputs = block;
        }
        encoding = block.encoding();
        count = take(block, index, lengths, count, bytes, blobs);
      }
    }
    return new Values(encoding, bytes.copy(), lengths, List.copyOf(blobs));
  }

  private static int take(
      InputBlock block, long index, int[] lengths, int filled, Bytes bytes, List<BlobValue> blobs) {
    int first = (int) (index - block.from());
    int last = (int) Math.min(block.starts().length - 1, (long) first + lengths.length - filled);
    int[] starts = block.starts();
    for (int i = first; i < last; i++) {
      lengths[filled + i - first] = starts[i + 1] - starts[i];
    }
    bytes.put(block.bytes(), starts[first], starts[last] - starts[first]);
    for (BlobValue blob : block.blobs()) {
      if (first <= blob.position() && blob.position() < last) {
        blobs.add(new BlobValue(filled + blob.position() - first, blob.blob()));
      }
    }
    return filled + last - first;
  }

  private static long seek(BlockReader reader, long from, long index) throws IOException {
    long at = from;
    Block block = reader.headAt(at);
    while (block.until() <= index) {
      at += block.size();
      block = reader.headAt(at);
    }
    return at;
  }

  static InputBlock load(BlockReader reader, long at) throws IOException {
    Block block = reader.headAt(at);
    byte[] bytes = reader.bytes(block, at);
    ValueRun run = ValueRun.read(bytes, 0, block.from());
    int[] starts = new int[run.count() + 1];
    starts[0] = run.bytesAt();
    BytesIn lengths = new BytesIn(bytes, run.lengthsAt());
    for (int i = 0; i < run.count(); i++) {
      starts[i + 1] = starts[i] + lengths.getCount();
    }
    return new InputBlock(block.from(), run.encoding(), bytes, starts, run.blobs());
  }

  /** The lengths of all inputs, block by block. */
  static void lengths(BlockFile file, Consumer<int[]> into) throws IOException {
    long end = file.end();
    try (BlockReader reader = file.reader()) {
      for (long at = 0; at < end; at += reader.headAt(at).size()) {
        int[] starts = load(reader, at).starts();
        int[] lengths = new int[starts.length - 1];
        for (int i = 0; i < lengths.length; i++) {
          lengths[i] = starts[i + 1] - starts[i];
        }
        into.accept(lengths);
      }
    }
  }

  /** The value of the last block, which is the only one in it, or null. */
  static @Nullable Values last(BlockFile file) throws IOException {
    long end = file.end();
    if (end == 0) {
      return null;
    }
    try (BlockReader reader = file.reader()) {
      long at = 0;
      for (Block block = reader.headAt(0); at + block.size() < end; block = reader.headAt(at)) {
        at += block.size();
      }
      InputBlock block = load(reader, at);
      Bytes bytes = new Bytes();
      int[] lengths = new int[block.starts().length - 1];
      List<BlobValue> blobs = new ArrayList<>();
      take(block, block.from(), lengths, 0, bytes, blobs);
      return new Values(block.encoding(), bytes.copy(), lengths, List.copyOf(blobs));
    }
  }
}
