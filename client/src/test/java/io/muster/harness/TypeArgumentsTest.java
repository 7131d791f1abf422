package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Job;
import io.muster.api.RangeTask;
import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TypeArgumentsTest {
  record Point(int x, int y) {}

  abstract static class Direct implements Task<Long, String> {}

  @Test
  void ofAClassThatImplementsItItself() {
    assertThat(of(Direct.class, Task.class)).containsExactly(Long.class, String.class);
  }

  abstract static class Below extends Direct implements Comparable<Below> {}

  interface Keyed<K, V> extends Task<V, K> {}

  abstract static class Swapped implements Keyed<String, Long> {}

  abstract static class Generic<A, B extends Number> implements Keyed<A, List<? extends B>> {}

  abstract static class Half<T> extends Generic<Map<String, T[]>, Integer> {}

  abstract static class Whole extends Half<Point> {}

  @Test
  void throughSuperclassesAndInterfaces() {
    assertThat(of(Below.class, Task.class)).containsExactly(Long.class, String.class);
    assertThat(of(Swapped.class, Task.class)).containsExactly(Long.class, String.class);
    assertThat(names(of(Whole.class, Task.class)))
        .containsExactly(
            "java.util.List<java.lang.Integer>",
            "java.util.Map<java.lang.String, " + Point.class.getName() + "[]>");
  }

  @Test
  void theResultIsWhatJsonIsReadAs() throws Exception {
    Type[] types = of(Whole.class, Task.class);
    byte[] list = "[1,2]".getBytes(StandardCharsets.UTF_8);
    assertThat(JsonInUse.get().read(types[0], list, 0, list.length)).isEqualTo(List.of(1, 2));
    byte[] map = "{\"a\":[{\"x\":1,\"y\":2}]}".getBytes(StandardCharsets.UTF_8);
    @SuppressWarnings("unchecked")
    Map<String, Point[]> read =
        (Map<String, Point[]>) JsonInUse.get().read(types[1], map, 0, map.length);
    assertThat(read.get("a")).containsExactly(new Point(1, 2));
  }

  abstract static class Open<T extends Collection<String>, U> implements Task<T, U> {}

  abstract static class StillOpen<S extends Set<String>> extends Open<S, S[]> {}

  @Test
  void whatIsStillOpenIsItsBound() {
    assertThat(of(Open.class, Task.class)).containsExactly(Collection.class, Object.class);
    assertThat(of(StillOpen.class, Task.class)).containsExactly(Set.class, Set[].class);
  }

  @SuppressWarnings("rawtypes")
  abstract static class Raw implements Task {}

  @SuppressWarnings("rawtypes")
  abstract static class BelowRaw extends Generic {}

  @Test
  void whatIsImplementedRawTakesAnything() {
    assertThat(of(Raw.class, Task.class)).containsExactly(Object.class, Object.class);
    assertThat(names(of(BelowRaw.class, Task.class)))
        .containsExactly("java.util.List<java.lang.Number>", "java.lang.Object");
  }

  abstract static class Arrays1 implements Task<int[], List<String>[]> {}

  abstract static class ArraysOf<T> implements Task<T[], List<T>[]> {}

  abstract static class ArraysOfPoints extends ArraysOf<Point> {}

  @Test
  void arrays() {
    assertThat(names(of(Arrays1.class, Task.class)))
        .containsExactly("int[]", "java.util.List<java.lang.String>[]");
    assertThat(of(ArraysOfPoints.class, Task.class)[0]).isEqualTo(Point[].class);
    assertThat(names(of(ArraysOfPoints.class, Task.class)))
        .containsExactly(
            Point.class.getName() + "[]", "java.util.List<" + Point.class.getName() + ">[]");
    Type lists = of(ArraysOfPoints.class, Task.class)[1];
    assertThat(TypeArguments.rawClass(lists)).isEqualTo(List[].class);
  }

  @Test
  void anonymousClassesAndLambdas() {
    Task<Long, List<Long>> anonymous =
        new Task<>() {
          @Override
          public List<Long> run(Long input, TaskContext context) {
            return List.of(input);
          }
        };
    assertThat(names(of(anonymous.getClass(), Task.class)))
        .containsExactly("java.lang.Long", "java.util.List<java.lang.Long>");
    Task<Long, Long> lambda = (input, context) -> input; // the compiler keeps no types of these
    assertThat(of(lambda.getClass(), Task.class)).containsExactly(Object.class, Object.class);
  }

  abstract static class Both implements Job<String, Long, Point>, RangeTask<Stream<Point>> {}

  @Test
  void eachInterfaceHasItsOwn() {
    assertThat(of(Both.class, Job.class)).containsExactly(String.class, Long.class, Point.class);
    assertThat(names(of(Both.class, RangeTask.class)))
        .containsExactly("java.util.stream.Stream<" + Point.class.getName() + ">");
    assertThat(of(Both.class, Task.class)).as("not implemented").hasSize(2);
  }

  private static Type[] of(Class<?> type, Class<?> wanted) {
    return TypeArguments.of(type, wanted);
  }

  private static List<String> names(Type[] types) {
    return Arrays.stream(types).map(Type::getTypeName).toList();
  }
}
