package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void anExceptionIsSaidWithItsClassMessageAndStack() {
    Exception thrown = new IllegalArgumentException("no such thing");
    Failure failure = Failures.of(thrown);
    assertThat(failure.kind()).isEqualTo(FailureKind.EXCEPTION);
    assertThat(failure.type()).isEqualTo("java.lang.IllegalArgumentException");
    assertThat(failure.message()).isEqualTo("no such thing");
    assertThat(failure.stackTrace()).isEqualTo(StackTraces.of(thrown));
    assertThat(failure.exitCode()).isNull();
    assertThat(failure.signal()).isNull();
    assertThat(failure.stderr()).isEmpty();
    assertThat(Failures.of(new AssertionError()).message()).isEmpty();
  }

  @Test
  void whatOursRefusesIsSaidWithoutAStack() {
    assertNoStack(
        UncodableValueException.uncodable("not this", new RuntimeException()),
        Failure.of(FailureKind.ENCODE, "not this"));
    assertNoStack(
        UncodableValueException.tooLarge(2000, 1000),
        Failure.of(
            FailureKind.LIMIT,
            "the result has 2,000 bytes; the limit is 1,000 (--result-limit, or valueLimit in a pool)"));
    assertNoStack(
        UncodableValueException.unkept(5, Path.of("folder"), new java.io.IOException("full")),
        Failure.of(
            FailureKind.LOST, "the worker cannot keep its result of 5 bytes in folder: full"));
  }

  private static void assertNoStack(Throwable thrown, Failure expected) {
    assertThat(Failures.of(thrown)).isEqualTo(expected);
  }

  @Test
  void aLackOfMemoryIsFoundBehindCauses() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    Throwable wrapped =
        new ExecutionException(new InvocationTargetException(new RuntimeException(error)));
    assertThat(Failures.kindOf(wrapped)).isEqualTo(FailureKind.MEMORY);
    assertThat(Failures.outOfMemory(wrapped)).isSameAs(error);
    assertThatThrownBy(() -> Failures.rethrowIfOutOfMemory(wrapped)).isSameAs(error);
    Failure failure = Failures.of(wrapped);
    assertThat(failure.kind()).isEqualTo(FailureKind.MEMORY);
    assertThat(failure.type()).isEqualTo("java.util.concurrent.ExecutionException");
    assertThat(failure.stackTrace()).contains("Caused by: java.lang.OutOfMemoryError: Java heap");
  }

  @Test
  void causesInACircleAreSearchedOnce() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    assertThat(Failures.outOfMemory(first)).isNull();
    assertThatCode(() -> Failures.rethrowIfOutOfMemory(first)).doesNotThrowAnyException();
    assertThat(Failures.kindOf(first)).isEqualTo(FailureKind.EXCEPTION);
    assertThat(Failures.Cause.of(FailureKind.EXCEPTION, first))
        .isEqualTo(Failures.Cause.of(FailureKind.EXCEPTION, first));
  }

  @Test
  void aHugeMessageIsShortenedAndItsLengthSaid() {
    String message = "x".repeat(8 * 1024);
    assertThat(Failures.of(new Exception(message)).message()).isEqualTo(message);
    assertThat(Failures.of(new Exception(message + "yz")).message())
        .isEqualTo(message + "... (of 8194 characters in all)");
    UncodableValueException ours = UncodableValueException.uncodable(message + "yz", null);
    assertThat(Failures.of(ours).message()).isEqualTo(message + "... (of 8194 characters in all)");
  }

  @Test
  void failuresOfOnePlaceHaveOneCauseWhateverTheirMessage() {
    Failures.Cause cause = cause(thrownHere("a", null));
    assertThat(cause(thrownHere("b", null))).isEqualTo(cause).hasSameHashCodeAs(cause);
  }

  @Test
  void placeClassKindAndCausesTellFailuresApart() {
    Failures.Cause cause = cause(thrownHere("a", null));
    assertThat(cause(thrownElsewhere("a"))).isNotEqualTo(cause);
    assertThat(cause(thrownHere("a", new Error()))).isNotEqualTo(cause);
    Exception deep = thrownHere("a", thrownHere("b", thrownHere("c", new Exception())));
    Exception other = thrownHere("a", thrownHere("b", thrownHere("c", new Error())));
    assertThat(cause(deep)).isNotEqualTo(cause(other));
    Exception otherClass = new IllegalStateException("a");
    otherClass.setStackTrace(thrownHere("a", null).getStackTrace());
    assertThat(cause(otherClass)).isNotEqualTo(cause);
    assertThat(Failures.Cause.of(FailureKind.MEMORY, thrownHere("a", null))).isNotEqualTo(cause);
  }

  private static Failures.Cause cause(Throwable thrown) {
    return Failures.Cause.of(Failures.kindOf(thrown), thrown);
  }

  private static Exception thrownHere(String message, Throwable cause) {
    Exception thrown = new Exception(message, cause);
    thrown.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("demo.A", "run", "A.java", 3),
          new StackTraceElement("io.muster.harness.ChunkRunner", "run", "ChunkRunner.java", 9)
        });
    return thrown;
  }

  private static Exception thrownElsewhere(String message) {
    Exception thrown = new Exception(message);
    thrown.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("demo.A", "run", "A.java", 4)});
    return thrown;
  }

  static final class NeverMade {
    static final int VALUE = boom();

    static int boom() {
      throw new IllegalStateException("static boom");
    }
  }

  @Test
  void whatAStaticInitialiserThrewIsInTheLineEachTime() {
    Throwable first = catchThrowable(NeverMade::new);
    assertThat(Failures.of(first).headline())
        .isEqualTo(
            "java.lang.ExceptionInInitializerError: java.lang.IllegalStateException: static boom");
    Throwable second = catchThrowable(NeverMade::new);
    assertThat(Failures.of(second).headline())
        .startsWith("java.lang.NoClassDefFoundError: Could not initialize class ")
        .contains("static boom");
  }
}
