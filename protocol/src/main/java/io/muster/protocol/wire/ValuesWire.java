package io.muster.protocol.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import io.muster.protocol.wire.v1.Values.BlobValue;
import io.muster.protocol.wire.v1.Values.Head;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** {@link Values} and {@link BlobRef} as messages. Value bytes are wrapped, not copied. */
public final class ValuesWire {
  private ValuesWire() {}

  public static io.muster.protocol.wire.v1.Values toProto(Values values) {
    var message =
        io.muster.protocol.wire.v1.Values.newBuilder()
            .setEncoding(toProto(values.encoding()))
            .setBytes(UnsafeByteOperations.unsafeWrap(values.bytes()));
    for (int length : values.lengths()) {
      message.addLengths(length);
    }
    for (Values.BlobValue blob : values.blobs()) {
      message.addBlobs(
          BlobValue.newBuilder().setPosition(blob.position()).setBlob(toProto(blob.blob())));
    }
    for (Values.Head head : values.heads()) {
      Head.Builder built =
          Head.newBuilder()
              .setPosition(head.position())
              .setBytes(UnsafeByteOperations.unsafeWrap(head.bytes()));
      if (head.blob() != null) {
        built.setBlob(toProto(head.blob()));
      }
      message.addHeads(built);
    }
    return message.build();
  }

  public static Values fromProto(io.muster.protocol.wire.v1.Values message) {
    int[] lengths = new int[message.getLengthsCount()];
    long total = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = message.getLengths(i);
      if (lengths[i] < 0) {
        throw new UnknownMessageException("a value of " + lengths[i] + " bytes");
      }
      total += lengths[i];
    }
    if (total != message.getBytes().size()) {
      throw new UnknownMessageException(
          "values of " + total + " bytes in a message of " + message.getBytes().size());
    }
    List<Values.BlobValue> blobs = new ArrayList<>(message.getBlobsCount());
    for (BlobValue blob : message.getBlobsList()) {
      if (blob.getPosition() < 0 || blob.getPosition() >= lengths.length) {
        throw new UnknownMessageException("a blob for value " + blob.getPosition());
      }
      blobs.add(new Values.BlobValue(blob.getPosition(), fromProto(blob.getBlob())));
    }
    return new Values(
        fromProto(message.getEncoding()),
        message.getBytes().toByteArray(),
        lengths,
        List.copyOf(blobs),
        heads(message, lengths.length));
  }

  private static List<Values.Head> heads(io.muster.protocol.wire.v1.Values message, int count) {
    List<Values.Head> heads = new ArrayList<>(message.getHeadsCount());
    int last = -1;
    for (Head head : message.getHeadsList()) {
      if (head.getPosition() <= last || head.getPosition() >= count) {
        throw new UnknownMessageException("a head for value " + head.getPosition());
      }
      last = head.getPosition();
      heads.add(
          new Values.Head(
              last,
              head.getBytes().toByteArray(),
              head.hasBlob() ? fromProto(head.getBlob()) : null));
    }
    return List.copyOf(heads);
  }

  public static io.muster.protocol.wire.v1.BlobRef toProto(BlobRef blob) {
    return io.muster.protocol.wire.v1.BlobRef.newBuilder()
        .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(blob.id().sha256())))
        .setSize(blob.size())
        .setName(blob.name())
        .build();
  }

  public static BlobRef fromProto(io.muster.protocol.wire.v1.BlobRef message) {
    if (message.getSha256().size() != 32) {
      throw new UnknownMessageException(
          "a SHA-256 has 32 bytes, not " + message.getSha256().size());
    }
    return new BlobRef(
        new BlobId(HexFormat.of().formatHex(message.getSha256().toByteArray())),
        message.getSize(),
        message.getName());
  }

  static io.muster.protocol.wire.v1.Encoding toProto(Encoding encoding) {
    return switch (encoding) {
      case JSON -> io.muster.protocol.wire.v1.Encoding.ENCODING_JSON;
      case BYTES -> io.muster.protocol.wire.v1.Encoding.ENCODING_BYTES;
      case JAVA -> io.muster.protocol.wire.v1.Encoding.ENCODING_JAVA;
    };
  }

  static Encoding fromProto(io.muster.protocol.wire.v1.Encoding encoding) {
    return switch (encoding) {
      case ENCODING_JSON -> Encoding.JSON;
      case ENCODING_BYTES -> Encoding.BYTES;
      case ENCODING_JAVA -> Encoding.JAVA;
      case UNRECOGNIZED -> throw new UnknownMessageException("a value in an unknown encoding");
    };
  }
}
