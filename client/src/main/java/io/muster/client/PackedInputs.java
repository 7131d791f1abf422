package io.muster.client;

import io.muster.client.wire.CoordinatorApi;
import io.muster.code.ContentName;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Packs inputs into messages as they are asked for, so that only one message's worth is in memory.
 * An input too large for a message is stored as a blob on its way.
 */
public final class PackedInputs implements Iterator<Values> {
  private static final int MESSAGE_BYTES = 64 * 1024;
  private static final int MESSAGE_VALUES = 8 * 1024;

  private final CoordinatorApi api;
  private final Encoding encoding;
  private final Iterator<byte[]> inputs;

  /**
   * Packs what is given.
   *
   * @param api where large inputs are stored
   * @param encoding of all of them
   * @param inputs encoded, one after the other
   */
  public PackedInputs(CoordinatorApi api, Encoding encoding, Iterator<byte[]> inputs) {
    this.api = api;
    this.encoding = encoding;
    this.inputs = inputs;
  }

  @Override
  public boolean hasNext() {
    return inputs.hasNext();
  }

  @Override
  public Values next() {
    if (!inputs.hasNext()) {
      throw new NoSuchElementException();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] lengths = new int[MESSAGE_VALUES];
    List<Values.BlobValue> blobs = new ArrayList<>();
    int count = 0;
    while (count < MESSAGE_VALUES && bytes.size() < MESSAGE_BYTES && inputs.hasNext()) {
      byte[] input = inputs.next();
      if (input.length > MESSAGE_BYTES) {
        blobs.add(new Values.BlobValue(count, stored(input)));
      } else {
        bytes.writeBytes(input);
        lengths[count] = input.length;
      }
      count++;
    }
    return new Values(
        encoding, bytes.toByteArray(), Arrays.copyOf(lengths, count), List.copyOf(blobs));
  }

  private BlobRef stored(byte[] input) {
    try {
      BlobRef blob = ContentName.of(new ByteArrayInputStream(input), "");
      api.put(blob, input);
      return blob;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
