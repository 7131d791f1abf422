package io.muster.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.muster.protocol.wire.v1.ClusterInfo;
import io.muster.protocol.wire.v1.ClusterRequest;
import io.muster.protocol.wire.v1.MusterGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What counts as an answer of a coordinator, which is final, and what as a broken connection. */
class ApiTest {
  @ParameterizedTest
  @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "ABORTED", "UNKNOWN"})
  void aConnectionThatBreaksInTheMiddleOfACallIsNoAnswer(Status.Code code) {
    assertThat(Api.isAway(code.toStatus())).isTrue();
    assertThat(Api.isAway(code.toStatus().withCause(new ClosedChannelException()))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_FOUND", "INVALID_ARGUMENT", "FAILED_PRECONDITION", "UNIMPLEMENTED"})
  void whatTheCoordinatorRefusesIsFinal(Status.Code code) {
    assertThat(Api.isAway(code.toStatus().withDescription("no"))).isFalse();
  }

  @Test
  void anInternalErrorIsFinalWhenTheCoordinatorSaysSo() {
    assertThat(Api.isAway(Status.INTERNAL.withDescription("the coordinator failed"))).isFalse();
    assertThat(Api.isAway(Status.INTERNAL.withCause(new ClosedChannelException()))).isTrue();
  }

  @Test
  void theFirstCallAfterACoordinatorIsBackReachesIt() throws Exception {
    InetSocketAddress at;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      at = (InetSocketAddress) nobody.getLocalSocketAddress();
    }
    try (Api api = new Api(List.of(at.getHostString() + ":" + at.getPort()))) {
      assertThatThrownBy(api::cluster).hasMessageContaining("no coordinator reached");
      Server server = NettyServerBuilder.forAddress(at).addService(new Coordinator()).build();
      server.start();
      try {
        assertThat(api.cluster().seeds()).containsExactly("here");
      } finally {
        server.shutdownNow();
      }
    }
  }

  private static final class Coordinator extends MusterGrpc.MusterImplBase {
    @Override
    public void cluster(ClusterRequest request, StreamObserver<ClusterInfo> answer) {
      answer.onNext(ClusterInfo.newBuilder().addSeeds("here").build());
      answer.onCompleted();
    }
  }
}
