package io.muster.calls;

import io.muster.api.RemoteFunction;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What a session's calls, results and exceptions are read from. */
class CallsFuzzTest {
  private static final int LARGE = 70_000;
  private final CallEncoder encoder = new CallEncoder();

  /** A lambda that can be serialized. */
  private interface Call extends Callable<Object>, java.io.Serializable {}

  @Test
  void valuesInTheClient() throws Exception {
    Map<String, Object> map = new HashMap<>(Map.of("a", 1, "b", List.of(2L, "c")));
    List<byte[]> examples = new ArrayList<>();
    for (Object each :
        List.of(
            1,
            -5L,
            1.5,
            2f,
            'x',
            true,
            "text",
            new byte[] {1, 2},
            map,
            new ArrayList<>(List.of(1, "two", 3.0)),
            new TreeSet<>(List.of("x", "y")),
            new int[] {1, 2, 3},
            Duration.ofSeconds(3),
            new IllegalStateException("no", new RuntimeException("why")))) {
      examples.add(encoder.arguments(each));
    }
    CallValues values =
        new CallValues(CallsFuzzTest.class.getClassLoader(), CallValues.defaultFilter());
    Fuzz.feedShowing(
        "values of calls, in the client",
        Inputs.of(examples),
        bytes -> values.read(bytes, 0, bytes.length),
        UnreadableValueException.class);
  }

  @Test
  void headsAndInputsInATaskProcess() throws Exception {
    int captured = 7;
    String text = "captured";
    RemoteFunction<Integer, Integer> plain = x -> x + 1;
    RemoteFunction<Integer, String> capturing = x -> text + x + captured;
    Call call = () -> captured + text;
    EncodedCall encoded = encoder.call(call);
    List<byte[]> examples =
        List.of(
            pair(encoder.function(plain), encoder.arguments(3)),
            pair(encoder.function(capturing), encoder.arguments(3)),
            pair(encoded.head(), encoded.input()));
    CallDecoder decoder = new CallDecoder(CallsFuzzTest.class.getClassLoader());
    Fuzz.feedShowing(
        "heads and inputs of calls, in a task process",
        Inputs.of(examples),
        bytes -> {
          int length = bytes.length < 2 ? 0 : Math.min(bytes.length - 2, at(bytes));
          byte[] head = java.util.Arrays.copyOfRange(bytes, Math.min(2, bytes.length), 2 + length);
          int rest = Math.min(bytes.length, 2 + length);
          decoder.head(head).read(bytes, rest, bytes.length - rest);
        },
        UnreadableValueException.class);
  }

  private static int at(byte[] bytes) {
    return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
  }

  private static byte[] pair(byte[] head, byte[] input) {
    byte[] both = new byte[2 + head.length + input.length];
    if (both.length > LARGE) {
      throw new IllegalArgumentException("too long for two bytes");
    }
    both[0] = (byte) (head.length >> 8);
    both[1] = (byte) head.length;
    System.arraycopy(head, 0, both, 2, head.length);
    System.arraycopy(input, 0, both, 2 + head.length, input.length);
    return both;
  }
}
