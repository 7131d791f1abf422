package io.muster.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteFunction;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What a user reads whose lambda can't travel. */
class CapturedValuesTest {
  private final CallEncoder encoder = new CallEncoder();
  private int field = 3;

  @Test
  void theCapturedValueAndThePlaceOfTheLambdaAreNamed() {
    int before = field;
    Thread thread = new Thread();
    RemoteCallable<Object> captures = () -> before + thread.getName();
    assertThatThrownBy(() -> encoder.call(captures))
        .isInstanceOf(NotSerializableCallException.class)
        .hasMessage(
            "java.lang.Thread (value 2 of 2 captured by the lambda in"
                + " io.muster.calls.CapturedValuesTest) is not Serializable");
    RemoteFunction<Integer, Object> function = x -> x + thread.getName();
    assertThatThrownBy(() -> encoder.function(function))
        .hasMessageContaining("value 1 of 1 captured by the lambda in");
  }

  @Test
  void aLambdaThatUsesAFieldIsToldSo() {
    RemoteCallable<Object> uses = () -> field;
    assertThatThrownBy(() -> encoder.call(uses))
        .hasMessage(
            "io.muster.calls.CapturedValuesTest (the enclosing object of the lambda in"
                + " io.muster.calls.CapturedValuesTest) is not Serializable: the lambda uses a"
                + " field or a method of it; copy what it needs into local variables, or make the"
                + " class Serializable");
  }

  @Test
  void aLambdaInALambdaIsFollowed() {
    Thread thread = new Thread();
    RemoteCallable<Object> inner = thread::getName;
    RemoteCallable<Object> outer = () -> inner.call();
    assertThatThrownBy(() -> encoder.call(outer))
        .hasMessage(
            "java.lang.Thread (value 1 of 1 captured by the lambda in"
                + " io.muster.calls.CapturedValuesTest, value 1 of 1 captured by the lambda in"
                + " io.muster.calls.CapturedValuesTest) is not Serializable");
  }

  @Test
  void aPlainLambdaIsToldTheCures() {
    Callable<Integer> plain = () -> 1;
    assertThatThrownBy(() -> encoder.call(plain))
        .hasMessage(
            "the lambda in io.muster.calls.CapturedValuesTest is not Serializable: write it where a"
                + " RemoteCallable, RemoteRunnable or RemoteFunction is wanted, or cast it to"
                + " (Callable<...> & Serializable)");
  }

  @Test
  void anAnonymousClassIsToldItsEnclosingObject() {
    RemoteCallable<Integer> anonymous =
        new RemoteCallable<>() {
          private static final long serialVersionUID = 1;

          @Override
          public Integer call() {
            return field;
          }
        };
    assertThat(field).isEqualTo(3);
    assertThatThrownBy(() -> encoder.call(anonymous))
        .hasMessage(
            "io.muster.calls.CapturedValuesTest (the enclosing object of"
                + " io.muster.calls.CapturedValuesTest$1) is not Serializable");
  }

  @Test
  void whatCannotBeCalledIsRefused() {
    assertThatThrownBy(() -> encoder.call("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("java.lang.String is neither a Callable nor a Runnable");
  }
}
