package io.muster.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.muster.client.model.ClusterException;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.BlobRef;
import io.muster.protocol.wire.ValuesWire;
import io.muster.protocol.wire.v1.BlobList;
import io.muster.protocol.wire.v1.BlobPiece;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.Done;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodePathTest {
  @TempDir Path temp;

  private final Blobs blobs = new Blobs();
  private Server server;
  private CoordinatorApi api;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(blobs)
            .build()
            .start();
    api = new CoordinatorApi(List.of("127.0.0.1:" + server.getPort()));
  }

  @AfterEach
  void stop() {
    api.close();
    server.shutdownNow();
  }

  private static CodePath of(Path... entries) {
    return CodePath.of(List.of(entries), new KnownContents(Optional.empty()));
  }

  @Test
  void onlyWhatTheClusterLacksIsSent() throws Exception {
    Path jar = Jars.jar(temp.resolve("a.jar"), "a/A.class");
    Path folder = Jars.folder(temp.resolve("classes"), "b/B.class");
    List<BlobRef> first = of(jar, folder).upload(api);
    Files.writeString(folder.resolve("b/B.class"), "changed");
    List<BlobRef> second = of(jar, folder).upload(api);

    assertThat(first).extracting(BlobRef::name).containsExactly("a.jar", "classes.jar");
    assertThat(second.get(0)).isEqualTo(first.get(0));
    assertThat(blobs.sent)
        .containsExactly(
            first.get(0).id().sha256(), first.get(1).id().sha256(), second.get(1).id().sha256());
    assertThat(blobs.held.get(first.get(0).id().sha256())).isEqualTo(Files.readAllBytes(jar));
  }

  @Test
  void whatIsAddedComesLastAndTheSameContentOnce() throws Exception {
    Path jar = Jars.jar(temp.resolve("a.jar"), "a/A.class");
    Path copy = Files.copy(jar, temp.resolve("copy.jar"));
    Path added = Jars.jar(temp.resolve("added.jar"), "b/B.class");

    assertThat(of(jar, copy).plus(added).upload(api))
        .extracting(BlobRef::name)
        .containsExactly("a.jar", "added.jar");
  }

  @Test
  void noCodeIsNoQuestion() throws Exception {
    stop();
    assertThat(of().upload(api)).isEmpty();
  }

  @Test
  void anEntryThatVanishedIsNamed() throws Exception {
    Path jar = Jars.jar(temp.resolve("a.jar"), "a/A.class");
    CodePath code = of(jar);
    Files.delete(jar);

    assertThatThrownBy(() -> code.upload(api))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "class path entry " + jar + " is not there (any more): build it, or leave it out");
  }

  @Test
  void anEntryThatChangesWhileItIsSentIsSentAsItIsThen() throws Exception {
    Path jar = Jars.jar(temp.resolve("a.jar"), "a/A.class");
    blobs.beforeNext = () -> Jars.jar(jar, "a/A.class", "a/B.class");
    List<BlobRef> uploaded = of(jar).upload(api);

    assertThat(blobs.held.get(uploaded.get(0).id().sha256())).isEqualTo(Files.readAllBytes(jar));
  }

  /** The program's own log, say, in the folder that it runs in. */
  @Test
  void anEntryThatChangesAllTheTimeIsSentAsItWasRead() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("classes"));
    Path log = Files.writeString(folder.resolve("app.log"), "begun\n");
    blobs.beforeNext =
        new Runnable() {
          @Override
          public void run() {
            blobs.beforeNext = this;
            try {
              Files.writeString(log, "more\n", StandardOpenOption.APPEND);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    List<BlobRef> uploaded = of(folder).upload(api);

    assertThat(uploaded).extracting(BlobRef::name).containsExactly("classes.jar");
    assertThat(blobs.held).containsKey(uploaded.get(0).id().sha256());
  }

  @Test
  void aClusterThatTakesNothingSaysSo() throws Exception {
    Path jar = Jars.jar(temp.resolve("a.jar"), "a/A.class");
    blobs.isFull = true;

    assertThatThrownBy(() -> of(jar).upload(api))
        .isInstanceOf(ClusterException.Refused.class)
        .hasMessageContaining("disk is full");
  }

  /** Checks what it is sent, as a coordinator does. */
  private static final class Blobs extends BlobsGrpc.BlobsImplBase {
    private final Map<String, byte[]> held = new ConcurrentHashMap<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private volatile Runnable beforeNext = () -> {};
    private volatile boolean isFull;

    @Override
    public void missing(BlobList asked, StreamObserver<BlobList> client) {
      BlobList.Builder missing = BlobList.newBuilder();
      asked.getBlobsList().stream()
          .filter(blob -> !held.containsKey(ValuesWire.fromProto(blob).id().sha256()))
          .forEach(missing::addBlobs);
      Runnable before = beforeNext;
      beforeNext = () -> {};
      before.run();
      client.onNext(missing.build());
      client.onCompleted();
    }

    @Override
    public StreamObserver<BlobPiece> put(StreamObserver<Done> client) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      return new StreamObserver<>() {
        private BlobRef blob;

        @Override
        public void onNext(BlobPiece piece) {
          blob = piece.hasBlob() ? ValuesWire.fromProto(piece.getBlob()) : blob;
          bytes.writeBytes(piece.getBytes().toByteArray());
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {
          try {
            BlobRef came =
                ContentName.of(new ByteArrayInputStream(bytes.toByteArray()), blob.name());
            if (isFull || !came.equals(blob)) {
              String why = isFull ? "disk is full" : "wrong content";
              client.onError(Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException());
              return;
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          held.put(blob.id().sha256(), bytes.toByteArray());
          sent.add(blob.id().sha256());
          client.onNext(Done.getDefaultInstance());
          client.onCompleted();
        }
      };
    }
  }
}
