package io.muster.worker.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The inputs of a chunk of commands, as the bytes that a command is to see. */
final class CommandInputs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Inputs kind;
  private final long from;
  private final Values values;
  private final int[] starts;
  private final Path blobs;

  /**
   * @param from the chunk's first index
   * @param blobs folder with the inputs that are too large for a message
   */
  CommandInputs(Inputs kind, long from, Values values, Path blobs) {
    this.kind = kind;
    this.from = from;
    this.values = values;
    this.blobs = blobs;
    this.starts = new int[values.count() + 1];
    for (int i = 0; i < values.count(); i++) {
      starts[i + 1] = starts[i] + values.lengths()[i];
    }
  }

  /** The input of the chunk's task at this offset, or null when the job has no inputs. */
  byte @Nullable [] at(int offset) throws IOException {
    if (kind instanceof Inputs.None) {
      return null;
    }
    if (kind instanceof Inputs.Range range) {
      long value = range.from() + (from + offset) * range.piece();
      return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
    byte[] bytes = stored(offset);
    return values.encoding() == Encoding.JSON ? plain(bytes) : bytes;
  }

  private byte[] stored(int offset) throws IOException {
    for (Values.BlobValue blob : values.blobs()) {
      if (blob.position() == offset) {
        return Files.readAllBytes(blobs.resolve(blob.blob().id().sha256()));
      }
    }
    return Arrays.copyOfRange(values.bytes(), starts[offset], starts[offset + 1]);
  }

  /** A JSON string without its quotes; other values as they are written. */
  private static byte[] plain(byte[] json) {
    if (json.length == 0 || json[0] != '"') {
      return json;
    }
    try {
      JsonNode node = JSON.readTree(json);
      return node.isTextual() ? node.textValue().getBytes(StandardCharsets.UTF_8) : json;
    } catch (JsonProcessingException e) {
      return json; // not JSON after all: as it is
    } catch (IOException e) {
      return json;
    }
  }
}
