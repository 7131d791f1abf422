package io.muster.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
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
}
