package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.protocol.FailureKind;
import java.awt.Point;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that need the library. */
class JsonTest {
  record Pair(String name, long number) {}

  record Everything(
      byte[] bytes,
      char letter,
      double[] numbers,
      DayOfWeek day,
      List<Pair> pairs,
      Map<String, Pair> byName,
      @Nullable Pair nothing) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Everything that
          && Arrays.equals(bytes, that.bytes)
          && letter == that.letter
          && Arrays.equals(numbers, that.numbers)
          && day == that.day
          && pairs.equals(that.pairs)
          && byName.equals(that.byName)
          && Objects.equals(nothing, that.nothing);
    }

    @Override
    public int hashCode() {
      return letter;
    }
  }

  record Times(Instant instant, LocalDate date, LocalDateTime local, Duration duration) {}

  record Perhaps(Optional<String> text, OptionalInt number, Optional<Pair> pair) {}

  @Property
  void recordsAreReadBackEqual(@ForAll String name, @ForAll long number) throws Exception {
    assertReadBack(new Pair(name, number), Pair.class);
  }

  @Test
  void recordsOfManyKindsOfFields() throws Exception {
    Pair pair = new Pair("\uD83D\uDE00", Long.MIN_VALUE);
    assertReadBack(
        new Everything(
            new byte[] {0, -1, 127},
            '"',
            new double[] {0.1, -0.0, Double.NaN, Double.NEGATIVE_INFINITY},
            DayOfWeek.SUNDAY,
            List.of(pair, pair),
            Map.of("k", pair),
            null),
        Everything.class);
  }

  @Test
  void timesAreTextThatPeopleRead() throws Exception {
    Times times =
        new Times(
            Instant.parse("2026-02-03T04:05:06.000000007Z"),
            LocalDate.of(2026, 2, 3),
            LocalDateTime.of(2026, 2, 3, 4, 5),
            Duration.ofMillis(61_001));
    assertThat(Written.text(times))
        .contains("\"2026-02-03T04:05:06.000000007Z\"", "\"2026-02-03\"", "\"PT1M1.001S\"");
    assertReadBack(times, Times.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Z", "GMT", "+02:00", "Europe/Berlin"})
  void timesKeepTheirZone(String zone) throws Exception {
    LocalDateTime local = LocalDateTime.of(2026, 2, 3, 4, 5, 6);
    ZonedDateTime zoned = ZonedDateTime.of(local, ZoneId.of(zone));
    assertReadBack(zoned, ZonedDateTime.class);
    assertReadBack(zoned.toOffsetDateTime(), OffsetDateTime.class);
  }

  @Test
  void optionalsAreTheirValuesOrNull() throws Exception {
    Perhaps some = new Perhaps(Optional.of("a"), OptionalInt.of(3), Optional.of(new Pair("b", 4)));
    assertThat(Written.text(some))
        .isEqualTo("{\"text\":\"a\",\"number\":3,\"pair\":{\"name\":\"b\",\"number\":4}}");
    assertReadBack(some, Perhaps.class);
    Perhaps none = new Perhaps(Optional.empty(), OptionalInt.empty(), Optional.empty());
    assertThat(Written.text(none)).isEqualTo("{\"text\":null,\"number\":null,\"pair\":null}");
    assertReadBack(none, Perhaps.class);
  }

  /** Private and final fields, one inherited, and methods that look like properties but are not. */
  static class Base {
    private int inherited = 1;

    void inherit(int value) {
      inherited = value;
    }
  }

  static final class Plain extends Base {
    private final String name;
    private transient int notWritten = 5;
    static int neverWritten = 6;

    @SuppressWarnings("unused") // by reflection
    private Plain() {
      this("");
    }

    Plain(String name) {
      this.name = name;
    }

    public String getSomethingElse() {
      throw new AssertionError("a getter is no field");
    }

    public boolean isOdd() {
      throw new AssertionError("a getter is no field");
    }

    @SuppressWarnings("unused")
    public void setName(String ignored) {
      throw new AssertionError("a setter is no field");
    }
  }

  @Test
  void objectsAreTheirFieldsWhateverTheVisibility() throws Exception {
    Plain plain = new Plain("x");
    plain.inherit(7);
    assertThat(Written.text(plain)).isEqualTo("{\"inherited\":7,\"name\":\"x\"}");
    byte[] bytes = Written.json(plain);
    Plain read = (Plain) JsonInUse.get().read(Plain.class, bytes, 0, bytes.length);
    assertThat(read).usingRecursiveComparison().isEqualTo(plain);
  }

  @Test
  void aTimeThatIsNoneIsRefusedLikeAnythingElse() {
    assertThat(unread("-9223372036854775808", Instant.class))
        .hasMessageContaining("can't be read as java.time.Instant: Instant exceeds");
  }

  @Test
  void aPartOfABufferIsReadAlone() throws Exception {
    byte[] bytes = "99[1,2]88".getBytes(StandardCharsets.UTF_8);
    assertThat(JsonInUse.get().read(int[].class, bytes, 2, 5)).isEqualTo(new int[] {1, 2});
  }

  record Owner(String name, @Nullable Object what) {}

  record Fleet(List<Owner> points) {}

  @Test
  void aThreadInAResultIsRefusedWithWhereItIs() {
    Fleet fleet = new Fleet(List.of(new Owner("a", 1), new Owner("b", new Thread())));
    assertThat(refused(fleet))
        .hasMessage(
            "the result can't be written as JSON: "
                + "io.muster.harness.JsonTest$Fleet.points[1].what: a java.lang.Thread is no data");
  }

  @Test
  void whatTheJdkHasForItselfIsNoData() {
    assertThat(refused(new Point(1, 2))).hasMessageEndingWith("a java.awt.Point is no data");
    assertThat(refused(List.of(new ReentrantLock())))
        .hasMessageEndingWith("[0]: a java.util.concurrent.locks.ReentrantLock is no data");
    assertThat(refused(new Owner("a", InputStream.nullInputStream())))
        .hasMessageContaining("$Owner.what: ");
  }

  @Test
  void aLambdaIsNoData() {
    Runnable empty = () -> {};
    assertThat(refused(empty)).hasMessageEndingWith(" is no data");
    Thread captured = Thread.currentThread();
    Runnable capturing = captured::interrupt;
    assertThat(refused(new Owner("a", capturing)))
        .hasMessageMatching(".*\\$Owner\\.what: a .*\\$\\$Lambda.* is no data");
  }

  /** The JDK keeps the fields of its exceptions to itself. */
  @Test
  void anExceptionAsAResultIsRefused() {
    assertThat(refused(new IllegalStateException("x"))).hasMessageContaining("no data");
    assertThat(refused(new Owner("a", new UncheckedByUser())))
        .hasMessageContaining("$Owner.what")
        .hasMessageContaining("UncheckedByUser");
  }

  static final class UncheckedByUser extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void anObjectWithoutFieldsIsRefused() {
    assertThat(refused(new Object())).hasMessageContaining("java.lang.Object");
  }

  static final class Ring {
    @Nullable Ring next;
  }

  @Test
  void aRingIsRefusedAsTooDeep() {
    Ring first = new Ring();
    Ring second = new Ring();
    first.next = second;
    second.next = first;
    assertThat(refused(first))
        .hasMessageStartingWith(
            "the result can't be written as JSON: io.muster.harness.JsonTest$Ring.next.next.next")
        .hasMessageContaining("depth")
        .hasMessageContaining("1000")
        .message()
        .hasSizeLessThan(1000);
  }

  @Test
  void whatContainsItselfIsRefused() {
    Ring ring = new Ring();
    ring.next = ring;
    assertThat(refused(ring)).hasMessageContaining("$Ring.next");
    List<Object> list = new ArrayList<>();
    list.add(list);
    assertThat(refused(list))
        .hasMessageContaining("java.util.ArrayList[0]")
        .message()
        .hasSizeLessThan(300);
    AtomicReference<Object> reference = new AtomicReference<>();
    reference.set(reference);
    assertThat(refused(reference)).hasMessageContaining("AtomicReference");
  }

  @Test
  void aThousandLevelsAreWrittenAndReadAndOneMoreIsNot() throws Exception {
    assertReadBack(nested(1000), List.class);
    assertThat(refused(nested(1001))).hasMessageContaining("1001");
    byte[] tooDeep = ("[".repeat(1001) + "]".repeat(1001)).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> JsonInUse.get().read(List.class, tooDeep, 0, tooDeep.length))
        .isInstanceOf(UncodableValueException.class)
        .hasMessageContaining("1001");
  }

  private static List<Object> nested(int levels) {
    List<Object> list = List.of();
    for (int i = 1; i < levels; i++) {
      list = List.of(list);
    }
    return list;
  }

  @Test
  void aLongTextIsReadWhole() throws Exception {
    String text = "x".repeat(30_000_000);
    byte[] bytes = ('"' + text + '"').getBytes(StandardCharsets.UTF_8);
    assertThat(JsonInUse.get().read(String.class, bytes, 0, bytes.length).equals(text)).isTrue();
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheInputAndTheType() {
    assertThat(unread("\"5\"", Long.class)).hasMessageStartingWith("\"5\" can't be read as ");
    assertThat(unread("1.5", Long.class)).hasMessageContaining("1.5", "java.lang.Long");
    assertThat(unread("12345678901", Integer.class)).hasMessageContaining("java.lang.Integer");
    assertThat(unread("{\"name\":\"a\",\"number\":{}}", Pair.class))
        .hasMessageContaining("$Pair.number: ");
    assertThat(unread("{\"name\":\"a\",\"nmber\":1}", Pair.class)).hasMessageContaining("nmber");
    assertThat(unread("1 2", Integer.class)).hasMessageContaining("1 2");
    assertThat(unread("", Integer.class)).hasMessageContaining("java.lang.Integer");
    assertThat(unread("{", Object.class)).hasMessageContaining("{ can't be read");
  }

  @Test
  void ofALongInputOnlyTheBeginningIsShown() {
    String message = unread("\"" + "x".repeat(100_000) + "\"", Pair.class).getMessage();
    assertThat(message)
        .startsWith("\"xxxx")
        .contains("x... can't be read as")
        .hasSizeLessThan(1000);
  }

  private static UncodableValueException refused(Object value) {
    UncodableValueException refusal =
        catchThrowableOfType(UncodableValueException.class, () -> Written.json(value));
    assertThat(refusal).isNotNull();
    assertThat(refusal.kind()).isEqualTo(FailureKind.ENCODE);
    return refusal;
  }

  private static UncodableValueException unread(String json, Type type) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    UncodableValueException refusal =
        catchThrowableOfType(
            UncodableValueException.class, () -> new JsonReader(type).read(bytes, 0, bytes.length));
    assertThat(refusal).as(json).isNotNull();
    assertThat(refusal.kind()).isEqualTo(FailureKind.ENCODE);
    return refusal;
  }

  private static void assertReadBack(Object value, Type type) throws Exception {
    byte[] bytes = Written.json(value);
    assertThat(new JsonReader(type).read(bytes, 0, bytes.length)).isEqualTo(value);
  }

  @Test
  void theClassesOfAProgramThatIsOverCanGo() throws Exception {
    WeakReference<ClassLoader> loader = new WeakReference<>(writtenAndRead());
    JsonInUse.forget();
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (loader.get() != null && System.nanoTime() < until) {
      System.gc();
    }
    assertThat(loader.get()).isNull();
  }

  /** The loader of a class of which an object was written, and another read. */
  private static ClassLoader writtenAndRead() throws Exception {
    ClassLoader own =
        new ClassLoader(JsonTest.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Pair.class.getName())) {
              return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : defined(name);
          }

          private Class<?> defined(String name) {
            try (InputStream in =
                JsonTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
              byte[] bytes = Objects.requireNonNull(in).readAllBytes();
              return defineClass(name, bytes, 0, bytes.length);
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    Class<?> pair = own.loadClass(Pair.class.getName());
    assertThat(pair).isNotEqualTo(Pair.class);
    byte[] bytes = "{\"name\":\"a\",\"number\":1}".getBytes(StandardCharsets.UTF_8);
    Object read = JsonInUse.get().read(pair, bytes, 0, bytes.length);
    assertThat(Written.jsonByTheLibrary(Objects.requireNonNull(read))).isEqualTo(bytes);
    return own;
  }
}
