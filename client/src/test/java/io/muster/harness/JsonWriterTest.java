package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written and read without the library is what the library writes and reads. */
class JsonWriterTest {
  @Property
  void longs(@ForAll long number) throws Exception {
    assertSameAsTheLibrary(number, Long.class);
  }

  @Property
  void integers(@ForAll int number) throws Exception {
    assertSameAsTheLibrary(number, Integer.class);
  }

  @Property
  void shorts(@ForAll short number) throws Exception {
    assertSameAsTheLibrary(number, Short.class);
  }

  @Property
  void bytes(@ForAll byte number) throws Exception {
    assertSameAsTheLibrary(number, Byte.class);
  }

  @Property
  void doubles(@ForAll("anyDouble") double number) throws Exception {
    assertSameAsTheLibrary(number, Double.class);
  }

  @Property
  void floats(@ForAll("anyFloat") float number) throws Exception {
    assertSameAsTheLibrary(number, Float.class);
  }

  @Property
  void strings(@ForAll("anyCharacters") String text) throws Exception {
    assertSameAsTheLibrary(text, String.class);
  }

  @Test
  void truthValues() throws Exception {
    assertSameAsTheLibrary(true, Boolean.class);
    assertSameAsTheLibrary(false, Boolean.class);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -1_000_000_000_000_000_000L,
        -10,
        -9,
        0,
        9,
        10,
        999_999_999_999_999_999L,
        1_000_000_000_000_000_000L,
        Long.MAX_VALUE
      })
  void longsWithFewestAndMostDigits(long number) throws Exception {
    assertThat(Written.text(number)).isEqualTo(Long.toString(number));
    assertSameAsTheLibrary(number, Long.class);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        -0.0,
        Double.MIN_VALUE,
        Double.MAX_VALUE
      })
  void doublesThatAreNoCommonNumbers(double number) throws Exception {
    assertSameAsTheLibrary(number, Double.class);
    assertSameAsTheLibrary((float) number, Float.class);
  }

  @Test
  void everyCharacterAlone() throws Exception {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      assertSameAsTheLibrary(String.valueOf((char) c), String.class);
    }
  }

  @Test
  void nothingIsWrittenAsNull() throws Exception {
    assertThat(Written.text(null)).isEqualTo("null");
    assertThat(new JsonReader(Long.class).read("null".getBytes(StandardCharsets.UTF_8), 0, 4))
        .isNull();
  }

  /** Any 64 bits, so that all magnitudes and kinds are met. */
  @Provide
  Arbitrary<Double> anyDouble() {
    return Arbitraries.longs().map(Double::longBitsToDouble);
  }

  @Provide
  Arbitrary<Float> anyFloat() {
    return Arbitraries.integers().map(Float::intBitsToFloat);
  }

  /**
   * Halves of surrogate pairs alone, in the wrong order and whole pairs, among what needs escapes.
   */
  @Provide
  Arbitrary<String> anyCharacters() {
    return Arbitraries.strings()
        .withCharRange('\uD7F0', '\uE00F')
        .withCharRange('\0', '\u00FF')
        .withChars("\uD83D\uDE00")
        .ofMaxLength(20);
  }

  private static void assertSameAsTheLibrary(Object value, Type type) throws Exception {
    byte[] written = Written.json(value);
    assertThat(written)
        .as(() -> new String(written, StandardCharsets.UTF_8))
        .isEqualTo(Written.jsonByTheLibrary(value));
    assertThat(new JsonReader(type).read(written, 0, written.length)).isEqualTo(value);
    assertThat(JsonInUse.get().read(type, written, 0, written.length)).isEqualTo(value);
  }
}
