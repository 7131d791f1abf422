package io.muster.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.RemoteBiFunction;
import io.muster.api.RemoteCallable;
import io.muster.api.RemoteFunction;
import io.muster.api.RemoteRunnable;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static int ran;

  private final CallEncoder encoder = new CallEncoder();
  private final CallDecoder decoder = new CallDecoder(CallsTest.class.getClassLoader());

  private Object run(EncodedCall call) throws Exception {
    return run(call.head(), call.input());
  }

  private Object run(byte[] head, byte[] input) throws Exception {
    CallHead function = decoder.head(head);
    return function.run(function.read(input, 0, input.length));
  }

  private static RemoteCallable<Integer> plus(int left, int right) {
    return () -> left + right;
  }

  @Test
  void callsFromOnePlaceShareAHeadAndDifferInWhatTheyCapture() throws Exception {
    EncodedCall three = encoder.call(plus(1, 2));
    EncodedCall nine = encoder.call(plus(4, 5));
    assertThat(three.head()).isSameAs(nine.head());
    assertThat(three.input()).hasSize(4);
    assertThat(run(three)).isEqualTo(3);
    assertThat(run(nine)).isEqualTo(9);
  }

  @Test
  void aLambdaMayCaptureAnything() throws Exception {
    byte b = Byte.parseByte("1");
    short s = Short.parseShort("2");
    char c = "c".charAt(0);
    long l = Long.parseLong("4");
    float f = Float.parseFloat("5");
    double d = Double.parseDouble("6");
    boolean z = Boolean.parseBoolean("true");
    String text = String.valueOf("x");
    byte[] bytes = {7};
    List<Integer> list = List.of(8);
    Object nothing = null;
    RemoteCallable<String> all =
        () -> "" + b + s + c + l + f + d + z + text + bytes[0] + list + nothing;
    assertThat(run(encoder.call(all))).isEqualTo(all.call());
  }

  @Test
  void aLambdaThatCapturesNothingIsKept() throws Exception {
    RemoteCallable<Integer> none = () -> 42;
    EncodedCall call = encoder.call(none);
    assertThat(call.input()).isEmpty();
    assertThat(decoder.head(call.head())).isSameAs(decoder.head(call.head().clone()));
    assertThat(run(call)).isEqualTo(42);
  }

  @Test
  void aRunnableResultsInNothing() throws Exception {
    RemoteRunnable runs = () -> ran++;
    ran = 0;
    assertThat(run(encoder.call(runs))).isNull();
    assertThat(ran).isEqualTo(1);
  }

  @Test
  void aLambdaOfAnyInterfaceThatIsSerializableTravels() throws Exception {
    Callable<String> cast = (Callable<String> & Serializable) () -> "cast";
    Runnable runs = (Runnable & Serializable) () -> ran++;
    assertThat(run(encoder.call(cast))).isEqualTo("cast");
    assertThat(run(encoder.call(runs))).isNull();
  }

  private record Adds(int left, int right) implements Callable<Integer>, Serializable {
    @Override
    public Integer call() {
      return left + right;
    }
  }

  @Test
  void anObjectTravelsWholeAndEachCallHasItsOwn() throws Exception {
    EncodedCall call = encoder.call(new Adds(1, 2));
    assertThat(call.head()).isSameAs(encoder.call(new Adds(3, 4)).head());
    assertThat(run(call)).isEqualTo(3);
  }

  @Test
  void aMethodReferenceTravels() throws Exception {
    RemoteCallable<String> bound = List.of(1, 2)::toString;
    RemoteFunction<Object, String> unbound = String::valueOf;
    assertThat(run(encoder.call(bound))).isEqualTo("[1, 2]");
    assertThat(run(encoder.function(unbound), encoder.arguments(3))).isEqualTo("3");
  }

  @Test
  void aFunctionStandsInTheHeadAndItsArgumentsInTheInputs() throws Exception {
    int by = ran - ran + 3;
    RemoteFunction<Integer, Integer> times = x -> x * by;
    RemoteBiFunction<String, List<String>, String> join = (with, parts) -> String.join(with, parts);
    assertThat(run(encoder.function(times), encoder.arguments(7))).isEqualTo(21);
    assertThat(encoder.arguments(7)).hasSize(2);
    assertThat(run(encoder.function(join), encoder.arguments("-", List.of("a", "b"))))
        .isEqualTo("a-b");
  }

  @Test
  void aFunctionWithStateIsReadAnewForEachHead() throws Exception {
    AtomicInteger counter = new AtomicInteger();
    RemoteFunction<Integer, Integer> counts = x -> counter.addAndGet(x);
    byte[] head = encoder.function(counts);
    byte[] one = encoder.arguments(1);
    CallHead first = decoder.head(head);
    assertThat(first.run(first.read(one, 0, one.length))).isEqualTo(1);
    assertThat(first.run(first.read(one, 0, one.length))).isEqualTo(2);
    assertThat(run(head, one)).isEqualTo(1);
    assertThat(counter).hasValue(0);
  }

  @Test
  void whatTwoValuesShareTheyShareWhenRead() throws Exception {
    RemoteBiFunction<Object, Object, Boolean> same = (left, right) -> left == right;
    byte[] bytes = {1};
    assertThat(run(encoder.function(same), encoder.arguments(bytes, bytes))).isEqualTo(true);
    List<Object> list = List.of(bytes);
    RemoteCallable<Boolean> captured = () -> list.get(0) == bytes;
    assertThat(run(encoder.call(captured))).isEqualTo(true);
  }

  private static RemoteCallable<Integer> even(int i) {
    return i % 2 == 0 ? () -> i : () -> -i;
  }

  @Test
  void lambdasFromTwoPlacesInOneMethodAreToldApart() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertThat(run(encoder.call(even(i)))).isEqualTo(i % 2 == 0 ? i : -i);
    }
  }

  @Test
  void aSetupIsAFunctionWithoutArguments() throws Exception {
    RemoteRunnable setup = () -> ran++;
    ran = 0;
    run(encoder.function(setup), new byte[0]);
    assertThat(ran).isEqualTo(1);
  }

  // What can't be read

  @Test
  void aMissingClassIsNamed() throws Exception {
    EncodedCall call = encoder.call(plus(1, 2));
    CallDecoder elsewhere = new CallDecoder(ClassLoader.getPlatformClassLoader());
    assertThatThrownBy(() -> elsewhere.head(call.head()))
        .isInstanceOf(UnreadableValueException.class)
        .hasMessage("class io.muster.calls.CallsTest, in which the lambda stands, is not here");
  }

  @Test
  void aLambdaOfAnotherVersionOfItsClassIsRefused() throws Exception {
    EncodedCall call = encoder.call(plus(1, 2));
    byte[] head = call.head().clone();
    String text = new String(head, StandardCharsets.ISO_8859_1);
    head[text.indexOf("lambda$plus") + "lambda$".length()] = 'q';
    assertThatThrownBy(() -> run(head, call.input()))
        .isInstanceOf(UnreadableValueException.class)
        .hasMessage(
            "class io.muster.calls.CallsTest is here in another version: it has no such lambda");
  }

  @Test
  void bytesThatAreNoCallAreRefused() {
    for (byte[] head : new byte[][] {{}, {1}, {3, 9}, {4}, {99}}) {
      assertThatThrownBy(() -> decoder.head(head)).isInstanceOf(UnreadableValueException.class);
    }
  }
}
