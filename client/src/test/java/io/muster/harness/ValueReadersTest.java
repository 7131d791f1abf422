package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.Encoding;
import io.muster.protocol.Values;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways from what a worker sends to what user code takes. */
class ValueReadersTest {
  private static final Path NOWHERE = Path.of("no-such-folder");
  private static final ValueReader BYTES =
      (bytes, offset, length) -> Arrays.copyOfRange(bytes, offset, offset + length);

  @Property
  void packedValuesAreReadBackInOrder(@ForAll @Size(max = 600) List<@Size(max = 50) byte[]> values)
      throws Exception {
    InputReader reader = new InputReader(packed(values), BYTES, NOWHERE);
    for (byte[] value : values) {
      assertThat(reader.hasNext()).isTrue();
      assertThat(reader.read()).isEqualTo(value);
    }
    assertThat(reader.hasNext()).isFalse();
  }

  @Property
  void readingMaySkip(
      @ForAll @Size(min = 1, max = 50) List<@Size(max = 5) byte[]> values,
      @ForAll @IntRange(min = 1, max = 7) int step)
      throws Exception {
    InputReader reader = new InputReader(packed(values), BYTES, NOWHERE);
    for (int position = 0; position < values.size(); position += step) {
      reader.skipTo(position);
      assertThat(reader.read()).isEqualTo(values.get(position));
    }
  }

  private static Values packed(List<byte[]> values) throws Exception {
    ValueBuffer buffer = new ValueBuffer();
    EncodedValue each = new EncodedValue(NOWHERE, NOWHERE);
    for (byte[] value : values) {
      each.reset(Long.MAX_VALUE);
      each.write(value);
      each.finish();
      buffer.append(each);
    }
    assertThat(buffer.count()).isEqualTo(values.size());
    return buffer.take(Encoding.BYTES);
  }

  @Test
  void valuesInFilesStandAmongTheOthersAlsoWhenSkipped(@TempDir Path folder) throws Exception {
    ValueBuffer buffer = new ValueBuffer();
    EncodedValue each = new EncodedValue(folder, folder);
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] value = new byte[i % 3 == 0 ? EncodedValue.INLINE + 1 + i : i];
      Arrays.fill(value, (byte) i);
      values.add(value);
      each.reset(Long.MAX_VALUE);
      each.write(value);
      each.finish();
      buffer.append(each);
    }
    Values packed = buffer.take(Encoding.BYTES);
    assertThat(packed.blobs()).extracting(Values.BlobValue::position).containsExactly(0, 3, 6, 9);
    for (int step = 1; step < 10; step++) {
      InputReader reader = new InputReader(packed, BYTES, folder);
      for (int position = 0; position < 10; position += step) {
        reader.skipTo(position);
        assertThat(reader.read()).isEqualTo(values.get(position));
      }
    }
  }

  @Test
  void aBufferThatWasTakenIsEmptyAndWhatWasTakenStays() throws Exception {
    ValueBuffer buffer = new ValueBuffer();
    EncodedValue value = new EncodedValue(NOWHERE, NOWHERE);
    value.ascii("first");
    buffer.append(value);
    Values first = buffer.take(Encoding.JSON);
    assertThat(buffer.count()).isZero();
    value.reset(Long.MAX_VALUE);
    value.ascii("other");
    buffer.append(value);
    assertThat(new String(first.bytes(), StandardCharsets.US_ASCII)).isEqualTo("first");
    assertThat(new String(buffer.take(Encoding.JSON).bytes(), StandardCharsets.US_ASCII))
        .isEqualTo("other");
  }

  @Test
  void aBufferIsNeverFullForItsFirstValue() throws Exception {
    ValueBuffer buffer = new ValueBuffer();
    EncodedValue value = new EncodedValue(NOWHERE, NOWHERE);
    value.write(new byte[EncodedValue.INLINE]);
    assertThat(buffer.isFullFor(value)).isFalse();
    buffer.append(value);
    value.reset(Long.MAX_VALUE);
    assertThat(buffer.isFullFor(value)).as("also for one without bytes").isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "00",
        "01",
        "-",
        "-1",
        "+1",
        "1.0",
        "1e3",
        " 7 ",
        "999999999999999999",
        "9999999999999999999",
        "-9223372036854775808",
        "9223372036854775808",
        "2147483647",
        "2147483648",
        "\"5\"",
        "null",
        "1 1",
        "0x1",
        "",
        "1_000"
      })
  void wholeNumbersAreReadAsTheLibraryReadsThem(String json) {
    assertReadAsByTheLibrary(json, Long.class);
    assertReadAsByTheLibrary(json, Integer.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"a\"",
        "\"ä\uD83D\uDE00\"",
        "\"\\u00e4\"",
        "\"\\n\"",
        "\"a\" ",
        " \"a\"",
        "\"a",
        "a\"",
        "\"a\"b\"",
        "\"\n\"",
        "5",
        "null",
        "\"",
        "",
        "\"\\uD800\"",
        "\"\u007F\u2028\""
      })
  void stringsAreReadAsTheLibraryReadsThem(String json) {
    assertReadAsByTheLibrary(json, String.class);
  }

  @Test
  void aStringThatIsNotUtf8IsRefusedAndOneWithAReplacementCharacterIsNot() {
    byte[] latin1 = "\"gr\u00fcn\"".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> new JsonReader(String.class).read(latin1, 0, latin1.length))
        .isInstanceOf(UncodableValueException.class)
        .hasMessageContaining("Invalid UTF-8");
    assertReadAsByTheLibrary("\"\uFFFD\"", String.class);
  }

  private static void assertReadAsByTheLibrary(String json, Type type) {
    byte[] bytes = ("[" + json + "]").getBytes(StandardCharsets.UTF_8);
    int length = bytes.length - 2;
    Object expected;
    try {
      expected = JsonInUse.get().read(type, bytes, 1, length);
    } catch (UncodableValueException e) {
      assertThatThrownBy(() -> new JsonReader(type).read(bytes, 1, length))
          .isInstanceOf(UncodableValueException.class)
          .hasMessage(e.getMessage());
      return;
    }
    assertThat(read(new JsonReader(type), bytes, 1, length)).isEqualTo(expected);
  }

  @Test
  void linesAreTextOrBytesOrJson() {
    byte[] line = "xä5x".getBytes(StandardCharsets.UTF_8);
    assertThat(read(new LineReader(String.class), line, 1, 3)).isEqualTo("ä5");
    assertThat(read(new LineReader(CharSequence.class), line, 1, 3)).isEqualTo("ä5");
    assertThat(read(new LineReader(Object.class), line, 1, 3)).isEqualTo("ä5");
    assertThat(read(new LineReader(byte[].class), line, 1, 2))
        .isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
    assertThat(read(new LineReader(Long.class), line, 3, 1)).isEqualTo(5L);
    byte[] json = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    assertThat(read(new LineReader(Map.class), json, 0, json.length)).isEqualTo(Map.of("a", 1));
    assertThat(read(new LineReader(String.class), json, 0, 0)).isEqualTo("");
  }

  private static Object read(ValueReader reader, byte[] bytes, int offset, int length) {
    try {
      return reader.read(bytes, offset, length);
    } catch (UncodableValueException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void numbersOfARangeAreGivenAsWhatIsTaken() throws Exception {
    assertThat(NumberInput.as(Long.class).of(1L << 40)).isEqualTo(1L << 40);
    assertThat(NumberInput.as(Integer.class).of(-7)).isEqualTo(-7);
    assertThat(NumberInput.as(Double.class).of(3)).isEqualTo(3.0);
    assertThat(NumberInput.as(String.class).of(3)).isEqualTo("3");
    assertThat(NumberInput.as(BigInteger.class).of(3)).isEqualTo(BigInteger.valueOf(3));
    assertThat(NumberInput.as(BigDecimal.class).of(3)).isEqualTo(BigDecimal.valueOf(3));
    for (Type wide : List.of(Object.class, Number.class, Serializable.class, Comparable.class)) {
      assertThat(NumberInput.as(wide).of(3)).isEqualTo(3L);
    }
  }

  @Test
  void aNumberThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> NumberInput.as(Integer.class).of(1L << 31))
        .isInstanceOf(UncodableValueException.class)
        .hasMessage("the number 2147483648 of the range can't be given as java.lang.Integer");
    assertThatThrownBy(() -> NumberInput.as(List.class).of(3))
        .isInstanceOf(UncodableValueException.class)
        .hasMessage("the number 3 of the range can't be given as java.util.List");
  }
}
