package io.muster.coordinator.store;

import io.muster.coordinator.store.JobFiles.InputBlock;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values.BlobValue;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a stage gave, in the order of the lines that it came from. Where each value is, is found
 * first; then they are read one after the other.
 */
final class PassedResults implements ResultStream {
  private static final Encoding[] ENCODINGS = Encoding.values();
  private static final int ENCODING_BITS = 2;

  private final BlockFile file;
  private final PagedFile bytes;
  private final BlockReader blocks;
  private final StageLines lines;
  private final @Nullable Longs order;
  private final long count;

  /** Where each value's bytes begin; of a blob the block that names it, as -1 - offset. */
  private final Longs places;

  /** Each value's length and encoding. */
  private final Longs lengths;

  private long at;
  private final long from;

  /**
   * @param count how many values count
   * @param from lines below it are left out
   */
  PassedResults(BlockFile file, Disk disk, StageLines lines, long count, long from, Path folder)
      throws IOException {
    this.file = file;
    this.lines = lines;
    this.count = Math.min(count, lines.count());
    this.from = from;
    order = lines.order(folder);
    places = Longs.of(this.count, folder);
    lengths = Longs.of(this.count, folder);
    blocks = file.reader();
    bytes = new PagedFile(file.path(), disk);
    find();
  }

  private void find() throws IOException {
    long end = file.end();
    for (long offset = 0; offset < end; offset += blocks.headAt(offset).size()) {
      InputBlock block = InputFile.load(blocks, offset);
      int[] starts = block.starts();
      for (int k = 0; k < starts.length - 1 && block.from() + k < count; k++) {
        long index = block.from() + k;
        places.set(index, offset + Block.HEAD + starts[k]);
        long length = starts[k + 1] - starts[k];
        lengths.set(index, length << ENCODING_BITS | block.encoding().ordinal());
      }
      for (BlobValue blob : block.blobs()) {
        if (block.from() + blob.position() < count) {
          places.set(block.from() + blob.position(), -1 - offset);
        }
      }
    }
  }

  @Override
  public @Nullable Page next(int maxBytes) throws IOException {
    skip();
    if (at >= count) {
      return null;
    }
    PageOfValues page = new PageOfValues(encodingOf(index()));
    while (at < count) {
      long index = index();
      int length = (int) (lengths.get(index) >>> ENCODING_BITS);
      if (encodingOf(index) != page.encoding || !page.hasRoomFor(length, maxBytes)) {
        break;
      }
      long place = places.get(index);
      byte[] value = new byte[length];
      BlobRef blob = null;
      if (place < 0) {
        blob = blob(-1 - place, index);
      } else {
        bytes.read(place, value);
      }
      page.add(lines.of(index), value, 0, length, blob);
      at++;
      skip();
    }
    return page.page();
  }

  /** Passes over lines that are not asked for. */
  private void skip() {
    while (at < count && lines.of(index()) < from) {
      at++;
    }
  }

  private long index() {
    return order == null ? at : order.get(at);
  }

  private Encoding encodingOf(long index) {
    return ENCODINGS[(int) lengths.get(index) & ((1 << ENCODING_BITS) - 1)];
  }

  private BlobRef blob(long offset, long index) throws IOException {
    InputBlock block = InputFile.load(blocks, offset);
    for (BlobValue blob : block.blobs()) {
      if (block.from() + blob.position() == index) {
        return blob.blob();
      }
    }
    throw new IOException("damaged: " + file.path() + " has no blob for " + index);
  }

  @Override
  public void close() {
    Closing.quietly(blocks);
    Closing.quietly(bytes);
  }
}
