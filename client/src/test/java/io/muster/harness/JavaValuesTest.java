package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.protocol.FailureKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaValuesTest {
  private static final ClassLoader LOADER = JavaValuesTest.class.getClassLoader();
  private static final JavaValues VALUES = new JavaValues(LOADER, null);

  record Pair(String name, List<Integer> numbers) implements Serializable {}

  static final class NoData {}

  record Holder(String name, Object what) implements Serializable {}

  @Property
  void recordsAreReadBackEqual(@ForAll String name, @ForAll List<Integer> numbers)
      throws Exception {
    assertReadBack(new Pair(name, numbers));
  }

  @Test
  void manyKindsOfValuesAreReadBackEqual() throws Exception {
    assertReadBack(null);
    assertReadBack(5L);
    assertReadBack("\uD800");
    assertReadBack(new TreeMap<>(Map.of("a", BigInteger.TEN.pow(100))));
    assertReadBack(int.class); // a primitive type has no loader
    assertReadBack(Pair[].class);
    byte[] bytes = Written.by(VALUES, new int[][] {{1}, {2, 3}});
    assertThat(VALUES.read(bytes, 0, bytes.length)).isEqualTo(new int[][] {{1}, {2, 3}});
  }

  @Test
  void aPartOfABufferIsReadAlone() throws Exception {
    byte[] bytes = Written.by(VALUES, "middle");
    byte[] padded = new byte[bytes.length + 7];
    Arrays.fill(padded, (byte) -1);
    System.arraycopy(bytes, 0, padded, 3, bytes.length);
    assertThat(VALUES.read(padded, 3, bytes.length)).isEqualTo("middle");
  }

  @Test
  void theClassThatIsNotSerializableIsNamed() {
    assertThat(refused(new Holder("a", List.of(new NoData()))))
        .hasMessage(
            "the result can't be serialized: "
                + "class io.muster.harness.JavaValuesTest$NoData is not java.io.Serializable");
  }

  @Test
  void whatIsTooDeepIsRefused() {
    Object deep = "bottom";
    for (int i = 0; i < 1_000_000; i++) {
      deep = new Holder("", deep);
    }
    assertThat(refused(deep))
        .hasMessageStartingWith("the result can't be serialized: java.lang.StackOverflowError");
  }

  @Test
  void whatIsTooDeepToBeReadIsRefused() throws Exception {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Thread deep =
        new Thread(
            null,
            () -> {
              Object nested = "bottom";
              for (int i = 0; i < 100_000; i++) {
                nested = new Holder("", nested);
              }
              try {
                new ObjectOutputStream(written).writeObject(nested);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            "a large stack",
            1 << 30);
    deep.start();
    deep.join();
    assertThat(unread(VALUES, written.toByteArray()))
        .hasMessage("a serialized object can't be read: java.lang.StackOverflowError");
  }

  private static final class ThrowsWhenWritten implements Serializable {
    private void writeObject(ObjectOutputStream out) {
      throw new IllegalStateException("not now");
    }
  }

  @Test
  void whatThrowsWhenItIsWrittenIsRefused() {
    assertThat(refused(new ThrowsWhenWritten()))
        .hasMessage("the result can't be serialized: java.lang.IllegalStateException: not now");
  }

  @Test
  void classesAreFoundThroughTheProgramsLoader(@TempDir Path folder) throws Exception {
    Path jar =
        new ProgramJar()
            .with(
                "demo.Point",
                "public record Point(int x, int y) implements java.io.Serializable {}")
            .in(folder.resolve("demo.jar"));
    try (ProgramLoader loader = new ProgramLoader(List.of(jar))) {
      Object point =
          loader.loadClass("demo.Point").getConstructor(int.class, int.class).newInstance(1, 2);
      JavaValues values = new JavaValues(loader, null);
      byte[] bytes = Written.by(values, List.of(point));
      assertThat(values.read(bytes, 0, bytes.length)).isEqualTo(List.of(point));
      assertThat(unread(VALUES, bytes))
          .hasMessage(
              "a serialized object can't be read: "
                  + "java.lang.ClassNotFoundException: demo.Point");
    }
  }

  interface Greeter {
    String greet(String name);
  }

  record Greeting(String word) implements InvocationHandler, Serializable {
    @Override
    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
      return word + " " + arguments[0];
    }
  }

  @Test
  void proxiesAreReadBack() throws Exception {
    Object proxy =
        Proxy.newProxyInstance(LOADER, new Class<?>[] {Greeter.class}, new Greeting("Hello"));
    byte[] bytes = Written.by(VALUES, proxy);
    Greeter read = (Greeter) VALUES.read(bytes, 0, bytes.length);
    assertThat(read.greet("you")).isEqualTo("Hello you");
  }

  @Test
  void whatTheFilterRefusesIsNotRead() throws Exception {
    ObjectInputFilter filter = ObjectInputFilter.Config.createFilter("java.base/*;!*");
    JavaValues filtered = new JavaValues(LOADER, filter);
    byte[] allowed = Written.by(VALUES, List.of("a"));
    assertThat(filtered.read(allowed, 0, allowed.length)).isEqualTo(List.of("a"));
    assertThat(unread(filtered, Written.by(VALUES, List.of(new Pair("a", List.of())))))
        .hasMessageContaining("filter status: REJECTED");
  }

  @Test
  void bytesThatAreNoObjectAreRefused() throws Exception {
    assertThat(unread(VALUES, new byte[0])).hasMessageContaining("java.io.EOFException");
    assertThat(unread(VALUES, new byte[] {1, 2, 3, 4})).hasMessageContaining("invalid stream");
    byte[] bytes = Written.by(VALUES, "cut off");
    assertThat(unread(VALUES, Arrays.copyOf(bytes, bytes.length - 1)))
        .hasMessageContaining("java.io.EOFException");
  }

  private static UncodableValueException refused(Object value) {
    return refusal(() -> Written.by(VALUES, value));
  }

  private static UncodableValueException unread(JavaValues values, byte[] bytes) {
    return refusal(() -> values.read(bytes, 0, bytes.length));
  }

  private static UncodableValueException refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
    UncodableValueException refusal = catchThrowableOfType(UncodableValueException.class, code);
    assertThat(refusal).isNotNull();
    assertThat(refusal.kind()).isEqualTo(FailureKind.ENCODE);
    return refusal;
  }

  private static void assertReadBack(@Nullable Object value)
      throws UncodableValueException, IOException {
    byte[] bytes = Written.by(VALUES, value);
    assertThat(VALUES.read(bytes, 0, bytes.length)).isEqualTo(value);
  }
}
