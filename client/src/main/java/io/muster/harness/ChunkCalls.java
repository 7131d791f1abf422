package io.muster.harness;

import io.muster.calls.CallDecoder;
import io.muster.calls.CallHead;
import io.muster.calls.UnreadableValueException;
import io.muster.protocol.Values;
import io.muster.protocol.Values.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls of one chunk, made in their order: each with the function of the last head before. */
final class ChunkCalls implements OneByOne.Call {
  private final CallDecoder decoder;
  private final Path blobs;
  private final List<Head> heads;
  private final InputReader inputs;
  private int nextHead;
  private @Nullable CallHead function;
  private @Nullable UncodableValueException unreadable;

  /**
   * @param blobs folder with heads and inputs that were too large for a message
   */
  ChunkCalls(Values inputs, CallDecoder decoder, Path blobs) {
    this.decoder = decoder;
    this.blobs = blobs;
    this.heads = inputs.heads();
    this.inputs = new InputReader(inputs, this::read, blobs);
  }

  @Override
  public @Nullable Object task(int offset) throws Exception {
    if (nextHead < heads.size() && heads.get(nextHead).position() <= offset) {
      readHead(offset);
    }
    inputs.skipTo(offset);
    Object read = inputs.read();
    return function().run(read);
  }

  /**
   * Of several heads up to here the last one holds; those that none of the tasks used are skipped.
   */
  private void readHead(int offset) throws IOException {
    while (nextHead < heads.size() && heads.get(nextHead).position() <= offset) {
      nextHead++;
    }
    function = null;
    unreadable = null;
    try {
      function = decoder.head(bytes(heads.get(nextHead - 1)));
    } catch (UnreadableValueException e) {
      unreadable = unreadable(e);
    }
  }

  private byte[] bytes(Head head) throws IOException {
    return head.blob() == null
        ? head.bytes()
        : Files.readAllBytes(blobs.resolve(head.blob().id().sha256()));
  }

  private @Nullable Object read(byte[] bytes, int offset, int length)
      throws UncodableValueException {
    try {
      return function().read(bytes, offset, length);
    } catch (UnreadableValueException e) {
      throw unreadable(e);
    }
  }

  private CallHead function() throws UncodableValueException {
    if (unreadable != null) {
      throw unreadable;
    }
    if (function == null) {
      throw UncodableValueException.uncodable("a call without a function", null);
    }
    return function;
  }

  private static UncodableValueException unreadable(UnreadableValueException e) {
    return UncodableValueException.uncodable("the call can't be read: " + e.getMessage(), e);
  }
}
