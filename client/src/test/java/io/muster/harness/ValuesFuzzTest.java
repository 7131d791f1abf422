package io.muster.harness;

import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import io.muster.fuzz.Texts;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Inputs of tasks, as JSON and as lines, into whatever the user's code wants. */
class ValuesFuzzTest {
  private static final List<Type> TYPES =
      List.of(
          Long.class,
          Integer.class,
          String.class,
          Double.class,
          Boolean.class,
          Object.class,
          Map.class,
          List.class,
          byte[].class,
          int[].class,
          Instant.class,
          Order.class,
          Colour.class);

  /** What users have as an input. */
  record Order(int id, String name, List<Order> parts, Optional<Instant> due) {}

  /** The same. */
  enum Colour {
    RED,
    GREEN
  }

  private static final List<String> EXAMPLES =
      List.of(
          "1",
          "-9223372036854775808",
          "\"text\"",
          "{\"id\": 3, \"name\": \"x\", \"parts\": [{\"id\": 4}], \"due\": null}",
          "[1, 2.5, \"x\", null, {\"a\": [true]}]",
          "\"2026-01-01T00:00:00Z\"",
          "\"RED\"",
          "\"AQID\"",
          "a line");

  private static Inputs inputs() {
    Inputs texts = Texts.of(EXAMPLES, List.of("id", "parts", "due", "1e9", "\\ud800", "]", "}"));
    return (SplittableRandom random) -> {
      byte[] text = texts.next(random);
      byte[] typed = new byte[text.length + 1];
      typed[0] = (byte) random.nextInt(TYPES.size());
      System.arraycopy(text, 0, typed, 1, text.length);
      return typed;
    };
  }

  @Test
  void json() {
    Fuzz.feedShowing(
        "JSON inputs",
        inputs(),
        bytes -> new JsonReader(TYPES.get(bytes[0])).read(bytes, 1, bytes.length - 1),
        UncodableValueException.class);
  }

  @Test
  void lines() {
    Fuzz.feedShowing(
        "lines as inputs",
        inputs(),
        bytes -> new LineReader(TYPES.get(bytes[0])).read(bytes, 1, bytes.length - 1),
        UncodableValueException.class);
  }
}
