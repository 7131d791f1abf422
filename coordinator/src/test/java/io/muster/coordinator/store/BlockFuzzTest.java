package io.muster.coordinator.store;

import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a damaged file of the store may hold. */
class BlockFuzzTest {
  @TempDir private Path folder;

  @Test
  void blocks() {
    Bytes whole = new Bytes();
    for (int i = 0; i < 4; i++) {
      byte[] bytes = new byte[10 * i];
      Block.put(whole, Block.Type.VALUES, new GroupTag(1, i + 1), i, i + 1, 1, bytes, bytes.length);
    }
    byte[] file = Arrays.copyOf(whole.array(), whole.size());
    Fuzz.feed("blocks of the store", Inputs.of(List.of(file)), this::readAll, IOException.class);
  }

  private void readAll(byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve("blocks"), bytes);
    try (BlockFile file = new BlockFile(path, Disk.REAL, tag -> true);
        BlockReader reader = file.reader()) {
      for (long at = 0; at < file.end(); ) {
        Block block = reader.headAt(at);
        reader.bytes(block, at);
        at += block.size();
      }
    }
  }
}
