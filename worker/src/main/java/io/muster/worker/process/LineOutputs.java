package io.muster.worker.process;

import io.muster.protocol.Encoding;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines that a command writes, each an output; one that is long goes to a file. One thread. */
final class LineOutputs {
  private final Path growing;
  private final Path out;
  private final int small;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Integer> lengths = new ArrayList<>();
  private final List<Values.BlobValue> blobs = new ArrayList<>();

  /** Where the line that is not complete begins. */
  private int lineAt;

  /** It, if it is long. */
  private @Nullable ResultFile large;

  private boolean inLine;

  /**
   * @param growing folder for unfinished files
   * @param out folder for long lines
   * @param small longer ones are long
   */
  LineOutputs(Path growing, Path out, int small) {
    this.growing = growing;
    this.out = out;
    this.small = small;
  }

  /** Whether that is not too much. */
  boolean write(byte[] from, int length) throws IOException {
    int start = 0;
    for (int k = 0; k < length; k++) {
      if (from[k] == '\n') {
        add(from, start, k - start);
        endLine();
        start = k + 1;
      }
    }
    add(from, start, length - start);
    return lengths.size() <= Outcomes.MOST_OUTPUTS && bytes.size() <= Outcomes.MOST_OUTPUT_BYTES;
  }

  private void add(byte[] from, int start, int length) throws IOException {
    inLine |= length > 0;
    if (large == null && bytes.size() - lineAt + length > small) {
      byte[] all = bytes.toByteArray();
      large = new ResultFile(growing, out);
      large.write(all, lineAt, all.length - lineAt);
      bytes.reset();
      bytes.write(all, 0, lineAt);
    }
    if (large == null) {
      bytes.write(from, start, length);
    } else {
      large.write(from, start, length);
    }
  }

  private void endLine() throws IOException {
    if (large == null) {
      lengths.add(bytes.size() - lineAt);
    } else {
      blobs.add(new Values.BlobValue(lengths.size(), large.finish()));
      lengths.add(0);
      large = null;
    }
    lineAt = bytes.size();
    inLine = false;
  }

  /** All lines. */
  Values finish() throws IOException {
    if (inLine) {
      endLine();
    }
    return new Values(
        Encoding.BYTES,
        bytes.toByteArray(),
        lengths.stream().mapToInt(Integer::intValue).toArray(),
        List.copyOf(blobs));
  }

  /** They are not wanted. */
  void discard() {
    if (large != null) {
      large.discard();
    }
  }
}
