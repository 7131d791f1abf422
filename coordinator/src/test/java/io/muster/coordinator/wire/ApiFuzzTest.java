package io.muster.coordinator.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.muster.coordinator.blobs.FileBlobs;
import io.muster.coordinator.office.TestOffice;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import io.muster.fuzz.Messages;
import io.muster.protocol.wire.v1.AccessGrpc;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.ClusterRequest;
import io.muster.protocol.wire.v1.MusterGrpc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every method of the API over a real socket, with requests that may have anything in their fields:
 * what comes is an answer or a refusal with a line, never the news that the coordinator failed.
 */
class ApiFuzzTest {
  private static final int OPEN_AT_ONCE = 64;

  /** Jobs that were really submitted stay: from time to time all is begun anew. */
  private static final int CALLS_OF_A_COORDINATOR = 20_000;

  private static final List<MethodDescriptor<?, ?>> METHODS =
      Stream.of(
              MusterGrpc.getServiceDescriptor(),
              BlobsGrpc.getServiceDescriptor(),
              AccessGrpc.getServiceDescriptor())
          .<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream())
          .toList();

  @TempDir private Path folder;
  private final Deque<ClientCall<byte[], byte[]>> open = new ArrayDeque<>();
  private final ConcurrentLinkedQueue<String> findings = new ConcurrentLinkedQueue<>();
  private Serving serving;
  private int calls;

  private final class Serving implements AutoCloseable {
    private final TestOffice office;
    private final ApiServer server;
    private final ManagedChannel channel;

    Serving(Path data) throws IOException {
      office = new TestOffice(data);
      server =
          ApiServer.start(
              new ApiSettings(
                  "127.0.0.1",
                  0,
                  4 << 20,
                  1 << 20,
                  Duration.ofMillis(1),
                  () -> List.of("127.0.0.1:7350"),
                  "test",
                  () -> {}),
              office.reception(),
              office.store(),
              new FileBlobs(data));
      channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    }

    @Override
    public void close() {
      channel.shutdownNow();
      server.close();
      office.close();
    }
  }

  /** The number of a method, then requests behind their lengths. */
  private static byte[] input(SplittableRandom random) {
    int method = random.nextInt(METHODS.size());
    MethodDescriptor<?, ?> called = METHODS.get(method);
    Message type = request(called);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataOutputStream data = new DataOutputStream(out)) {
      data.writeByte(method);
      int most = called.getType().clientSendsOneMessage() ? 1 : 1 + random.nextInt(4);
      Inputs requests = Messages.of(type);
      for (int i = 0; i < most; i++) {
        byte[] message = requests.next(random);
        data.writeInt(message.length);
        data.write(message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static Message request(MethodDescriptor<?, ?> method) {
    return (Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
  }

  @Test
  void nothingThatIsAskedBreaksTheCoordinator() throws Exception {
    serving = new Serving(Files.createTempDirectory(folder, "data"));
    try {
      Fuzz.feed("requests to the API", ApiFuzzTest::input, this::call);
      isAlive();
    } finally {
      serving.close();
    }
  }

  private void call(byte[] input) throws Exception {
    if (++calls % CALLS_OF_A_COORDINATOR == 0) {
      isAlive();
      serving.close();
      open.clear();
      serving = new Serving(Files.createTempDirectory(folder, "data"));
    }
    if (calls % OPEN_AT_ONCE == 0) {
      isAlive();
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(input));
    MethodDescriptor<?, ?> method = METHODS.get(in.readByte());
    List<byte[]> requests = new ArrayList<>();
    boolean whole = true;
    while (in.available() > 0) {
      byte[] request = in.readNBytes(in.readInt());
      requests.add(request);
      whole &= isRequest(method, request);
    }
    begin(method, requests, whole);
    String finding = findings.poll();
    if (finding != null) {
      throw new AssertionError(finding);
    }
  }

  private static boolean isRequest(MethodDescriptor<?, ?> method, byte[] request) {
    try {
      return request(method).getParserForType().parseFrom(request) != null;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  private void begin(MethodDescriptor<?, ?> method, List<byte[]> requests, boolean whole) {
    MethodDescriptor<byte[], byte[]> raw =
        method.toBuilder(BYTES, BYTES).setSchemaDescriptor(null).build();
    ClientCall<byte[], byte[]> call = serving.channel.newCall(raw, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] answer) {
            call.request(1);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            check(raw.getFullMethodName(), status, whole);
          }
        },
        new Metadata());
    call.request(1);
    for (byte[] request : requests) {
      call.sendMessage(request);
    }
    call.halfClose();
    open.add(call);
    if (open.size() > OPEN_AT_ONCE) {
      open.remove().cancel("it may watch for ever", null);
    }
  }

  /**
   * @param whole gRPC itself says that it failed when bytes are no message
   */
  private void check(String method, Status status, boolean whole) {
    boolean failed =
        status.getCode() == Status.Code.INTERNAL || status.getCode() == Status.Code.UNKNOWN;
    if (failed && whole) {
      findings.add(method + ": " + status);
    }
    String line = status.getDescription();
    if (!status.isOk() && whole && (line == null || line.isBlank() || line.contains("\n"))) {
      findings.add(method + ": not one line: " + status);
    }
  }

  private void isAlive() {
    MusterGrpc.newBlockingStub(serving.channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .cluster(ClusterRequest.getDefaultInstance());
  }

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
}
