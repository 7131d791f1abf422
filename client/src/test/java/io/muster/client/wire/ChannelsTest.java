package io.muster.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.muster.client.model.ClusterException;
import io.muster.client.trust.Access;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelsTest {
  @Test
  void aConnectionThatClosedBeforeItSpokeIsSaidInPlainWords() {
    Status status =
        Status.UNAVAILABLE.withDescription(
            "Connection closing while performing protocol negotiation for"
                + " [NettyClientHandler#0, WriteBufferingAndExceptionHandler#0]");
    try (Channels channels = new Channels(List.of("there:1"), Access.plain())) {
      assertThat(channels.failed(status.asRuntimeException()))
          .isInstanceOf(ClusterException.NotReached.class)
          .hasMessage("the coordinator at there:1 went away (connection closed)");
    }
  }
}
