package io.muster.worker.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Policy;
import io.muster.worker.io.Keys.Answer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final long SECOND = 1_000_000_000;
  private static final Optional<Failure> WELL = Optional.empty();
  private static final Optional<Failure> BADLY =
      Optional.of(Failure.of(FailureKind.EXCEPTION, "refused"));
  private static final Answer GO = new Answer.Go();
  private static final Answer WAIT = new Answer.Wait();

  private final Keys<String> two = new Keys<>(new Policy.Keys(2, 0));
  private final Keys<String> circuit = new Keys<>(new Policy.Keys(0, 3));

  private static Failure refused(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Fail.class);
    return ((Answer.Fail) answer).failure();
  }

  private void failThrice() {
    for (String task : new String[] {"a", "b", "c"}) {
      assertThat(circuit.ask("host", task, 0)).isEqualTo(GO);
      circuit.ended("host", task, BADLY, 0);
    }
  }

  @Test
  void soManyOfAKeyAtOnceTheNextWhenOneHasEnded() {
    assertThat(two.ask("host", "a", 0)).isEqualTo(GO);
    assertThat(two.ask("host", "b", 0)).isEqualTo(GO);
    assertThat(two.ask("host", "c", 0)).isEqualTo(WAIT);
    assertThat(two.ask("host", "d", 0)).isEqualTo(WAIT);
    assertThat(two.ask("another", "e", 0)).isEqualTo(GO);
    assertThat(two.ended("host", "a", WELL, 0)).containsExactly("c");
    assertThat(two.ask("host", "c", 0)).isEqualTo(GO);
  }

  @Test
  void whoIsNotWantedWhileItWaitsTakesNobodysTurn() {
    two.ask("host", "a", 0);
    two.ask("host", "b", 0);
    two.ask("host", "c", 0);
    two.ask("host", "d", 0);
    two.forget("host", "c");
    assertThat(two.ended("host", "a", WELL, 0)).containsExactly("d");
  }

  @Test
  void aKeyThatFailedSoOftenInARowIsLeftAlone() {
    failThrice();
    Failure failure = refused(circuit.ask("host", "d", SECOND / 2));
    assertThat(failure.message())
        .isEqualTo("host keeps failing (last: refused): left alone for another 1 s");
    assertThat(failure.retryAfterMillis()).isEqualTo(1_000);
    assertThat(circuit.ask("another", "e", 0)).isEqualTo(GO);
  }

  @Test
  void oneSuccessInBetweenAndItIsNotInARow() {
    for (int i = 0; i < 10; i++) {
      circuit.ask("host", "a", 0);
      circuit.ended("host", "a", i % 3 == 2 ? WELL : BADLY, 0);
    }
    assertThat(circuit.ask("host", "b", 0)).isEqualTo(GO);
  }

  @Test
  void afterThePauseOneTaskIsLetThrough() {
    failThrice();
    assertThat(circuit.ask("host", "probe", SECOND)).isEqualTo(GO);
    refused(circuit.ask("host", "d", SECOND));
    circuit.ended("host", "probe", WELL, SECOND);
    assertThat(circuit.ask("host", "d", SECOND)).isEqualTo(GO);
    assertThat(circuit.ask("host", "e", SECOND)).isEqualTo(GO);
  }

  @Test
  void thePauseDoublesUpToAMinute() {
    failThrice();
    long now = 0;
    long pause = SECOND;
    for (int i = 0; i < 10; i++) {
      refused(circuit.ask("host", "d", now + pause - 1));
      now += pause;
      assertThat(circuit.ask("host", "probe", now)).isEqualTo(GO);
      circuit.ended("host", "probe", BADLY, now);
      pause = Math.min(60 * SECOND, 2 * pause);
    }
    assertThat(pause).isEqualTo(60 * SECOND);
  }

  @Test
  void whoBeganBeforeThePauseAndFailsInItMakesItNoLonger() {
    circuit.ask("host", "old", 0);
    failThrice();
    circuit.ended("host", "old", BADLY, SECOND / 2);
    assertThat(circuit.ask("host", "probe", SECOND)).isEqualTo(GO);
  }

  @Test
  void aProbeThatIsNotWantedAnyMoreIsFollowedByAnother() {
    failThrice();
    circuit.ask("host", "probe", SECOND);
    Failure cancelled = Failure.of(FailureKind.REJECTED, "it was cancelled");
    circuit.ended("host", "probe", Optional.of(cancelled), SECOND);
    assertThat(circuit.ask("host", "another", SECOND)).isEqualTo(GO);
  }

  @Test
  void whoWaitsWhenTheKeyIsLeftAloneFails() {
    Keys<String> one = new Keys<>(new Policy.Keys(1, 1));
    one.ask("host", "a", 0);
    one.ask("host", "b", 0);
    one.ask("host", "c", 0);
    assertThat(one.ended("host", "a", BADLY, 0)).containsExactly("b", "c");
    refused(one.ask("host", "b", 0));
    refused(one.ask("host", "c", 0));
  }

  @Test
  void aResultThatCannotBeWrittenIsNotTheKeysFault() {
    Failure encode = Failure.of(FailureKind.ENCODE, "no data");
    for (int i = 0; i < 10; i++) {
      circuit.ask("host", "a", 0);
      circuit.ended("host", "a", Optional.of(encode), 0);
    }
    assertThat(circuit.ask("host", "b", 0)).isEqualTo(GO);
  }
}
