package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.protocol.BlobRef;
import io.muster.protocol.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedValueTest {
  private static final int INLINE = EncodedValue.INLINE;

  @TempDir Path unfinished;
  @TempDir Path folder;

  private EncodedValue value;

  @BeforeEach
  void makeValue() {
    value = new EncodedValue(unfinished, folder);
    value.reset(Long.MAX_VALUE);
  }

  @Test
  void aValueThatFitsAMessageStaysInMemory() throws Exception {
    byte[] bytes = bytes(INLINE);
    value.write(bytes);
    value.finish();
    assertThat(value.blob()).isNull();
    assertThat(written()).isEqualTo(bytes);
    assertThat(files()).isEmpty();
  }

  @Test
  void oneByteMoreIsInAFileNamedByItsContent() throws Exception {
    byte[] bytes = bytes(INLINE + 1);
    value.write(bytes);
    value.finish();
    assertThat(value.size()).isEqualTo(INLINE + 1);
    assertIsInFile(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, INLINE - 1, INLINE, INLINE + 1})
  void howItIsWrittenInPiecesMakesNoDifference(int piece) throws Exception {
    byte[] bytes = bytes(3 * INLINE + 5);
    for (int at = 0; at < bytes.length; at += piece) {
      value.write(bytes, at, Math.min(piece, bytes.length - at));
    }
    value.finish();
    assertIsInFile(bytes);
  }

  @Test
  void singleBytesGrowIntoAFileToo() throws Exception {
    byte[] bytes = bytes(INLINE + 3);
    for (byte b : bytes) {
      value.write(b);
    }
    value.finish();
    assertIsInFile(bytes);
  }

  /** Numbers and ASCII text have ways of their own, which change at the border. */
  @ParameterizedTest
  @ValueSource(ints = {INLINE - 25, INLINE - 20, INLINE - 19, INLINE - 5, INLINE - 1, INLINE})
  void numbersAndTextAcrossTheBorder(int before) throws Exception {
    byte[] bytes = bytes(before);
    value.write(bytes);
    value.decimal(-1_234_567_890_123_456_789L);
    value.ascii("null");
    value.decimal(Long.MIN_VALUE);
    value.finish();
    byte[] more =
        "-1234567890123456789null-9223372036854775808".getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(bytes, before + more.length);
    System.arraycopy(more, 0, all, before, more.length);
    assertIsInFile(all);
  }

  @Property
  void decimalsAreWhatTheJdkWrites(@ForAll long number, @ForAll @IntRange(max = 18) int shift)
      throws IOException {
    Path nowhere = Path.of("no-such-folder");
    EncodedValue each = new EncodedValue(nowhere, nowhere);
    long shorter = number / (long) Math.pow(10, shift);
    each.decimal(number);
    each.decimal(shorter);
    assertThat(new String(each.bytes(), 0, (int) each.size(), StandardCharsets.US_ASCII))
        .isEqualTo(Long.toString(number) + shorter);
  }

  @Test
  void whatIsBeyondTheLimitLeavesNoFileAndTellsBothSizes() throws Exception {
    value.reset(100_000);
    value.write(bytes(99_999));
    assertThat(files()).hasSize(1);
    value.write(bytes(1_134_569));
    value.write('x');
    value.decimal(12);
    assertThat(files()).isEmpty();
    assertThat(refusal(FailureKind.LIMIT))
        .hasMessage(
            "the result has 1,234,571 bytes; the limit is 100,000 (--result-limit, or valueLimit in a pool)");
    assertThat(value.blob()).isNull();
    assertThat(files()).isEmpty();
  }

  @Test
  void aValueOfExactlyTheLimitIsKept() throws Exception {
    value.reset(100_000);
    byte[] bytes = bytes(100_000);
    value.write(bytes);
    value.finish();
    assertIsInFile(bytes);
  }

  @Test
  void aLimitBelowAMessagesSizeHoldsToo() throws Exception {
    value.reset(3);
    value.ascii("abc");
    value.finish();
    value.reset(3);
    value.ascii("abcd");
    assertThat(refusal(FailureKind.LIMIT))
        .hasMessage(
            "the result has 4 bytes; the limit is 3 (--result-limit, or valueLimit in a pool)");
  }

  @Test
  void afterAResetNothingOfTheValueBeforeIsLeft() throws Exception {
    value.write(bytes(2 * INLINE));
    assertThat(files()).hasSize(1);
    value.reset(Long.MAX_VALUE);
    assertThat(files()).isEmpty();
    value.ascii("short");
    value.finish();
    assertThat(value.blob()).isNull();
    assertThat(written()).isEqualTo("short".getBytes(StandardCharsets.US_ASCII));
    byte[] large = bytes(INLINE + 9);
    value.reset(Long.MAX_VALUE);
    value.write(large);
    value.finish();
    assertIsInFile(large);
    value.reset(1);
    value.write('x');
    value.finish();
    assertThat(value.blob()).isNull();
    assertThat(files()).as("an ended value's file stays").hasSize(1);
  }

  @Test
  void afterOneTooLargeTheNextIsKept() throws Exception {
    value.reset(INLINE + 1);
    value.write(bytes(INLINE + 2));
    refusal(FailureKind.LIMIT);
    value.reset(INLINE + 1);
    byte[] bytes = bytes(INLINE + 1);
    value.write(bytes);
    value.finish();
    assertIsInFile(bytes);
  }

  @Test
  void theSameValueTwiceIsOneFile() throws Exception {
    byte[] bytes = bytes(INLINE + 1);
    value.write(bytes);
    value.finish();
    BlobRef first = value.blob();
    value.reset(Long.MAX_VALUE);
    value.write(bytes);
    value.finish();
    assertThat(value.blob()).isEqualTo(first);
    assertIsInFile(bytes);
  }

  @Test
  void noPlaceForTheFileIsALossThatNamesTheFolder() throws Exception {
    Path gone = folder.resolve("gone");
    value = new EncodedValue(unfinished, gone);
    value.reset(Long.MAX_VALUE);
    value.write(bytes(70_000));
    assertThat(refusal(FailureKind.LOST))
        .hasMessageStartingWith("the worker cannot keep its result of 70,000 bytes in " + gone);
    assertThat(files()).isEmpty();
    Files.createDirectory(gone);
    value.reset(Long.MAX_VALUE);
    value.write(bytes(70_000));
    value.finish();
    assertThat(value.blob()).isNotNull();
  }

  @Test
  void whatCannotEvenBeBegunIsCountedAndLost() throws Exception {
    value = new EncodedValue(unfinished.resolve("gone"), folder);
    value.reset(Long.MAX_VALUE);
    value.write(bytes(70_000));
    value.write(bytes(70_000));
    assertThat(refusal(FailureKind.LOST)).hasMessageContaining("140,000 bytes");
    assertThat(files()).isEmpty();
  }

  private UncodableValueException refusal(FailureKind kind) {
    UncodableValueException refusal =
        catchThrowableOfType(UncodableValueException.class, value::finish);
    assertThat(refusal).isNotNull();
    assertThat(refusal.kind()).isEqualTo(kind);
    return refusal;
  }

  private void assertIsInFile(byte[] bytes) throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    BlobRef blob = value.blob();
    assertThat(blob).isNotNull();
    assertThat(blob.id().sha256()).isEqualTo(sha256);
    assertThat(blob.size()).isEqualTo(bytes.length);
    assertThat(files()).containsExactly(folder.resolve(sha256));
    assertThat(Files.readAllBytes(folder.resolve(sha256))).isEqualTo(bytes);
  }

  private byte[] written() {
    return Arrays.copyOf(value.bytes(), (int) value.size());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> begun = Files.list(unfinished);
        Stream<Path> kept = Files.list(folder)) {
      return Stream.concat(begun, kept).filter(Files::isRegularFile).toList();
    }
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
