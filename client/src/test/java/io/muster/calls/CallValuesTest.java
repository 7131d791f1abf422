package io.muster.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CallValuesTest {
  private final CallEncoder encoder = new CallEncoder();
  private final CallValues values =
      new CallValues(CallValuesTest.class.getClassLoader(), CallValues.defaultFilter());

  private Object there(Object value) throws Exception {
    byte[] bytes = encoder.arguments(value);
    byte[] within = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, within, 3, bytes.length);
    return values.read(within, 3, bytes.length);
  }

  @Provide
  Arbitrary<Object> anyValue() {
    Arbitrary<Object> small =
        Arbitraries.oneOf(
            List.of(
                Arbitraries.integers().map(Object.class::cast),
                Arbitraries.longs().map(Object.class::cast),
                Arbitraries.shorts().map(Object.class::cast),
                Arbitraries.bytes().map(Object.class::cast),
                Arbitraries.chars().all().map(Object.class::cast),
                Arbitraries.floats().map(Object.class::cast),
                Arbitraries.doubles().map(Object.class::cast),
                Arbitraries.of(true, false).map(Object.class::cast),
                Arbitraries.of(DayOfWeek.class).map(Object.class::cast),
                Arbitraries.bigIntegers().map(Object.class::cast),
                Arbitraries.strings().all().map(Object.class::cast),
                Arbitraries.strings().alpha().map(Object.class::cast)));
    return Arbitraries.oneOf(
        List.of(
            small,
            small.list().map(Object.class::cast),
            Arbitraries.maps(Arbitraries.strings(), small).map(Object.class::cast)));
  }

  @Property
  void anyValueComesBackAsItWas(@ForAll("anyValue") Object value) throws Exception {
    assertThat(there(value)).isEqualTo(value);
  }

  @Property
  void severalValuesComeBackInOrder(
      @ForAll("anyValue") Object left, @ForAll("anyValue") Object right) throws Exception {
    byte[] bytes = encoder.arguments(left, null, right);
    Object[] read =
        new ValueInput(
                bytes,
                0,
                bytes.length,
                (in, length) -> new ObjectReader(in, getClass().getClassLoader()))
            .readAll(3);
    assertThat(read).containsExactly(left, null, right);
  }

  @Property
  void damagedBytesAreRefusedInOneWay(@ForAll byte[] bytes) {
    try {
      values.read(bytes, 0, bytes.length);
    } catch (UnreadableValueException e) {
      assertThat(e).hasMessageNotContaining("\n");
    }
  }

  private record Point(int x, String name, List<Point> near) implements Serializable {}

  @Test
  void recordsEnumsArraysAndNothingComeBack() throws Exception {
    Point point = new Point(1, "a", List.of(new Point(2, "b", List.of())));
    assertThat(there(point)).isEqualTo(point);
    assertThat(there(DayOfWeek.MONDAY)).isSameAs(DayOfWeek.MONDAY);
    assertThat(there(null)).isNull();
    assertThat((byte[]) there(new byte[] {1, 2})).containsExactly(1, 2);
    assertThat((int[]) there(new int[100_000])).hasSize(100_000);
    assertThat(there(int.class)).isSameAs(int.class);
    assertThat(there("\uD800")).isEqualTo("\uD800");
    assertThat(there("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
  }

  @Test
  void whatIsSmallAndCommonTakesFewBytes() throws Exception {
    assertThat(encoder.arguments(7)).hasSize(2);
    assertThat(encoder.arguments(1_000_000)).hasSize(4);
    assertThat(encoder.arguments("abc")).hasSize(5);
    assertThat(encoder.arguments(1.5)).hasSize(9);
    assertThat(encoder.arguments(new byte[100])).hasSize(102);
  }

  @Test
  void aPlainSerializedObjectIsReadToo() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(List.of(1, 2));
    assertThat(values.read(bytes.toByteArray(), 0, bytes.size())).isEqualTo(List.of(1, 2));
  }

  @Test
  void mapsOfAnyLoadPassTheDefaultFilter() throws Exception {
    Map<Integer, Integer> sparse = new HashMap<>(16, 0.25f);
    for (int i = 0; i < 100_000; i++) {
      sparse.put(i, i);
    }
    assertThat(there(sparse)).isEqualTo(sparse);
    assertThat(there(new ArrayList<>(sparse.keySet()))).isEqualTo(List.copyOf(sparse.keySet()));
  }

  @Test
  void anArrayThatClaimsToBeLargerThanItsBytesIsRefused() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(new long[3]);
    byte[] claim = Arrays.copyOf(bytes.toByteArray(), bytes.size());
    int length = claim.length - 3 * Long.BYTES - Integer.BYTES;
    claim[length] = 0x7F;
    assertThatThrownBy(() -> values.read(claim, 0, claim.length))
        .isInstanceOf(UnreadableValueException.class)
        .hasMessageStartingWith(
            "a serialized object can't be read: the filter for results refuses");
  }

  @Test
  void theFilterIsAskedForEachClass() throws Exception {
    CallValues strict =
        new CallValues(
            getClass().getClassLoader(), ObjectInputFilter.Config.createFilter("java.base/*;!*"));
    byte[] bytes = encoder.arguments(new Point(1, "a", List.of()));
    assertThatThrownBy(() -> strict.read(bytes, 0, bytes.length))
        .isInstanceOf(UnreadableValueException.class)
        .hasMessageContaining("the filter for results refuses it");
  }

  // What can't be written

  private static final class Holds implements Serializable {
    private static final long serialVersionUID = 1;
    private final Object worker;

    Holds(Object worker) {
      this.worker = worker;
    }
  }

  @Test
  void theFieldAtFaultIsNamed() {
    assertThatThrownBy(() -> there(new Holds(new Thread())))
        .isInstanceOf(NotSerializableCallException.class)
        .hasMessage(
            "java.lang.Thread (field 'worker' of io.muster.calls.CallValuesTest$Holds) is not"
                + " Serializable");
  }

  @Test
  void theWayThroughCollectionsIsNamed() {
    Object value =
        Map.of("k", new ArrayList<>(List.of(1, new Holds(new Object[] {Optional.of(1)}))));
    assertThatThrownBy(() -> there(value))
        .hasMessage(
            "java.util.Optional (element 0 of java.lang.Object[], field 'worker' of"
                + " io.muster.calls.CallValuesTest$Holds, element 1 of java.util.ArrayList, a value"
                + " of java.util.ImmutableCollections$Map1) is not Serializable");
  }

  @Test
  void theArgumentAtFaultIsNamed() {
    assertThatThrownBy(() -> encoder.arguments(1, new Thread()))
        .hasMessage("java.lang.Thread (argument 2 of 2) is not Serializable");
    assertThatThrownBy(() -> encoder.arguments(new Thread()))
        .hasMessage("java.lang.Thread is not Serializable");
  }

  private static final class Throws implements Serializable {
    private static final long serialVersionUID = 1;

    private void writeObject(ObjectOutputStream out) throws IOException {
      throw new IOException("disk full");
    }
  }

  @Test
  void whatItsOwnMethodsThrowIsToldWithItsClass() {
    assertThatThrownBy(() -> there(List.of(new Throws())))
        .hasMessageContaining("CallValuesTest$Throws (")
        .hasMessageEndingWith("can't be serialized: java.io.IOException: disk full");
  }

  private static final class Chain implements Serializable {
    private static final long serialVersionUID = 1;
    private Chain next;
  }

  @Test
  void anObjectNestedTooDeeplyIsRefused() {
    Chain first = new Chain();
    for (int i = 0; i < 100_000; i++) {
      Chain next = new Chain();
      next.next = first;
      first = next;
    }
    Chain deep = first;
    assertThatThrownBy(() -> there(deep))
        .hasMessage("io.muster.calls.CallValuesTest$Chain is nested too deeply to be serialized");
  }
}
