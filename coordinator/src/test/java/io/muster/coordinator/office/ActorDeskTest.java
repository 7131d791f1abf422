package io.muster.coordinator.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.coordinator.desk.NotActive;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActorDeskTest {
  private final ActorTestKit kit = ActorTestKit.create();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void whoAskedWhatTheCoordinatorNeverReadIsToldWhenItEnds() {
    TestProbe<Coordinator.Command> deaf = kit.createTestProbe();
    ActorDesk desk = new ActorDesk(deaf.ref(), "journal", new Watchers());
    CompletableFuture<?> answer = desk.jobs().toCompletableFuture();
    deaf.expectMessageClass(Coordinator.Ask.class);
    assertThat(answer).isNotDone();
    desk.close();
    assertThat(answer).isDone();
    assertThatThrownBy(answer::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(NotActive.class);
    assertThatThrownBy(() -> desk.jobs().toCompletableFuture().join())
        .hasCauseInstanceOf(NotActive.class);
  }
}
