package io.muster.coordinator.wire;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.blobs.Blobs;
import io.muster.protocol.BlobId;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobRef;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.Done;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Large things by content. Served whether or not a coordinator is active here. */
final class BlobsService extends BlobsGrpc.BlobsImplBase {
  private static final int PIECE_BYTES = 256 * 1024;

  private final Blobs blobs;
  private final Executor executor;
  private final Answers answers;

  BlobsService(Blobs blobs, Executor executor) {
    this.blobs = blobs;
    this.executor = executor;
    answers = new Answers(executor);
  }

  @Override
  public void missing(BlobList request, StreamObserver<BlobList> client) {
    answers.when(
        client,
        () ->
            CompletableFuture.supplyAsync(
                () ->
                    blobs.missing(
                        request.getBlobsList().stream().map(ValuesWire::fromProto).toList()),
                executor),
        missing ->
            BlobList.newBuilder()
                .addAllBlobs(missing.stream().map(ValuesWire::toProto).toList())
                .build());
  }

  @Override
  public StreamObserver<BlobPiece> put(StreamObserver<Done> client) {
    return new Incoming(blobs, (ServerCallStreamObserver<Done>) client);
  }

  @Override
  public void get(BlobRef request, StreamObserver<BlobPiece> client) {
    try {
      Pump.start(client, new Outgoing(ValuesWire.fromProto(request).id()), executor);
    } catch (RuntimeException e) {
      client.onError(Refusals.status(e));
    }
  }

  /** A blob on its way to a client. */
  private final class Outgoing implements Source<BlobPiece> {
    private final BlobId blob;
    private @Nullable InputStream in;

    Outgoing(BlobId blob) {
      this.blob = blob;
    }

    @Override
    public Step<BlobPiece> next() throws IOException {
      if (in == null) {
        try {
          in = blobs.get(blob);
        } catch (NoSuchFileException e) {
          throw new NoSuchFileException("there is no blob " + blob);
        }
      }
      byte[] bytes = new byte[PIECE_BYTES];
      int read = in.readNBytes(bytes, 0, PIECE_BYTES);
      return read == 0
          ? new End<>()
          : new Item<>(
              BlobPiece.newBuilder()
                  .setBytes(UnsafeByteOperations.unsafeWrap(bytes, 0, read))
                  .build());
    }

    @Override
    public void close() {
      try {
        if (in != null) {
          in.close();
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /**
   * A blob on its way from a client; the next piece is asked for when one is on the disk. One that
   * is here is answered after its first piece.
   */
  private static final class Incoming implements StreamObserver<BlobPiece> {
    private final Blobs blobs;
    private final ServerCallStreamObserver<Done> client;
    private Blobs.@Nullable Upload upload;
    private boolean over;

    Incoming(Blobs blobs, ServerCallStreamObserver<Done> client) {
      this.blobs = blobs;
      this.client = client;
      client.setOnCancelHandler(this::discard);
    }

    @Override
    public void onNext(BlobPiece piece) {
      if (over) {
        return;
      }
      try {
        if (upload == null) {
          if (!piece.hasBlob()) {
            throw new IllegalArgumentException("the first piece names the blob");
          }
          io.muster.protocol.BlobRef blob = ValuesWire.fromProto(piece.getBlob());
          if (blobs.missing(List.of(blob)).isEmpty()) {
            done();
            return;
          }
          upload = blobs.put(blob);
        }
        upload.write(piece.getBytes().asReadOnlyByteBuffer());
      } catch (IOException | RuntimeException e) {
        refuse(e);
      }
    }

    @Override
    public void onCompleted() {
      if (over) {
        return;
      }
      try {
        if (upload == null) {
          throw new IllegalArgumentException("nothing was sent");
        }
        upload.commit();
        discard();
        done();
      } catch (IOException | RuntimeException e) {
        refuse(e);
      }
    }

    private void done() {
      over = true;
      client.onNext(Done.getDefaultInstance());
      client.onCompleted();
    }

    private void refuse(Exception failure) {
      over = true;
      discard();
      client.onError(Refusals.status(failure));
    }

    @Override
    public void onError(Throwable gone) {
      over = true;
      discard();
    }

    private void discard() {
      if (upload != null) {
        upload.close();
      }
    }
  }
}
