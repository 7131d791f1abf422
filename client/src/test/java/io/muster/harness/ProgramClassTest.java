package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.protocol.Program.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramClassTest {
  private static final String RUN = "public Long run(Long input, TaskContext context)";
  private static final String RANGE =
      "public Long run(long from, long until, TaskContext context) { return until - from; }";

  @TempDir static Path folder;

  private static Path jar;

  @BeforeAll
  static void makeJar() throws Exception {
    jar =
        new ProgramJar()
            .with(
                "demo.Square",
                "public class Square implements Task<Long, Long> { %s { return input * input; } }"
                    .formatted(RUN))
            .with(
                "demo.Pieces",
                "public class Pieces implements RangeTask<Long> { %s }".formatted(RANGE))
            .with(
                "demo.Sum",
                """
                public class Sum implements RangeTask<Long>, Combine<Long> {
                  %s
                  public Long combine(Long left, Long right) { return left + right; }
                }
                """
                    .formatted(RANGE))
            .with(
                "demo.Words",
                """
                public class Words implements Job<String, List<String>, Integer> {
                  public java.util.stream.Stream<String> split(TaskContext context) { return null; }
                  public List<String> run(String input, TaskContext context) { return null; }
                  public Integer reduce(java.util.stream.Stream<List<String>> results, TaskContext context) {
                    return 0;
                  }
                }
                """)
            .with(
                "demo.Outer",
                """
                public class Outer {
                  public static class Nested extends Square {}
                  public class Inner extends Square {}
                  static class Hidden { public static class Below extends Square {} }
                  protected static class Kept extends Square {}
                }
                """)
            .with("demo.NoTask", "public class NoTask {}")
            .with(
                "demo.Both",
                "public class Both extends Square implements RangeTask<Long> { %s }"
                    .formatted(RANGE))
            .with("demo.NotPublic", "class NotPublic extends Square {}")
            .with("demo.Abstract", "public abstract class Abstract extends Square {}")
            .with("demo.Kind", "public interface Kind extends Task<Long, Long> {}")
            .with("demo.Wants", "public class Wants extends Square { public Wants(int n) {} }")
            .with("demo.Private", "public class Private extends Square { private Private() {} }")
            .with(
                "demo.Loud",
                """
                public class Loud extends Square {
                  static { if (true) throw new IllegalStateException("too early"); }
                }
                """)
            .with(
                "demo.Fails",
                """
                public class Fails extends Square {
                  public Fails() { throw new UnsupportedOperationException("never"); }
                }
                """)
            .with("NoPackage", "public class NoPackage extends demo.Square {}")
            .with("demo.Missing", "public class Missing { public static class Type {} }")
            .with("demo.Orphan", "public class Orphan extends Parent {}")
            .with("demo.Parent", "public class Parent extends Square {}")
            .with(
                "demo.Untyped",
                """
                public class Untyped implements Task<Missing, Long> {
                  public Long run(Missing input, TaskContext context) { return null; }
                }
                """)
            .without("demo.Parent")
            .without("demo.Missing")
            .in(folder.resolve("demo.jar"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          demo.Square | TASK            | java.lang.Long   | java.lang.Long
          demo.Pieces | PIECES          | java.lang.Long   | java.lang.Long
          demo.Sum    | COMBINING_RANGE | java.lang.Long   | java.lang.Long
          demo.Words  | JOB             | java.lang.String | java.util.List<java.lang.String>
          NoPackage   | TASK            | java.lang.Long   | java.lang.Long
          """)
  void theShapeAndTypesOfAClass(String name, Shape shape, String input, String output)
      throws Exception {
    ProgramClass found = ProgramClass.inspect(List.of(jar), name);
    assertThat(found.name()).isEqualTo(name);
    assertThat(found.shape()).isEqualTo(shape);
    assertThat(found.input().getTypeName()).isEqualTo(input);
    assertThat(found.output().getTypeName()).isEqualTo(output);
  }

  @Test
  void aNestedClassIsFoundAsItIsWrittenInSource() throws Exception {
    assertThat(ProgramClass.inspect(List.of(jar), "demo.Outer.Nested").name())
        .isEqualTo("demo.Outer$Nested");
    assertThat(ProgramClass.inspect(List.of(jar), "demo.Outer$Nested").name())
        .isEqualTo("demo.Outer$Nested");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          demo.NoTask             | class demo.NoTask is not a task: it implements none of Task, RangeTask, IoTask and Job of io.muster.api
          demo.Both               | class demo.Both is more than one kind of task: implement one of Task, RangeTask, IoTask and Job
          demo.NotPublic          | class demo.NotPublic is not public
          demo.Outer.Kept         | class demo.Outer$Kept is not public
          demo.Outer.Hidden.Below | class demo.Outer$Hidden is not public
          demo.Outer.Inner        | class demo.Outer$Inner is an inner class: make it static
          demo.Abstract           | demo.Abstract is abstract: name a class that can be made
          demo.Kind               | demo.Kind is an interface: name a class that can be made
          demo.Wants              | class demo.Wants has no public constructor without arguments
          demo.Private            | class demo.Private has no public constructor without arguments
          demo.Orphan             | class demo.Orphan needs demo.Parent, which is not in demo.jar
          demo.Untyped            | class demo.Untyped needs demo.Missing, which is not in demo.jar
          """)
  void aClassThatIsNoTaskIsRefusedWithWhy(String name, String why) {
    assertThat(refusal(List.of(jar), name)).isEqualTo(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          demo.square   | no class demo.square in demo.jar; did you mean demo.Square?
          Square        | no class Square in demo.jar; did you mean demo.Square?
          demo.Sqare    | no class demo.Sqare in demo.jar; did you mean demo.Square?
          demo.Outer.Nestd | no class demo.Outer.Nestd in demo.jar; did you mean demo.Outer$Nested?
          demo.Swordfis | no class demo.Swordfis in demo.jar
          demo.Wrds     | no class demo.Wrds in demo.jar; did you mean demo.Words?
          """)
  void forAnUnknownClassTheOneThatWasMeantIsSaid(String name, String why) {
    assertThat(refusal(List.of(jar), name)).isEqualTo(why);
  }

  @Test
  void ofManyThatMayBeMeantTheNearestAreSaid() throws Exception {
    Path many =
        new ProgramJar()
            .with("a.Alpha", "public class Alpha {}")
            .with("a.Alphaa", "public class Alphaa {}")
            .with("b.Alpha", "public class Alpha {}")
            .with("b.Alphaaa", "public class Alphaaa {}")
            .with("c.Beta", "public class Beta {}")
            .in(folder.resolve("many.jar"));
    assertThat(refusal(List.of(many, jar), "x.Alpha"))
        .isEqualTo(
            "no class x.Alpha in many.jar, demo.jar; did you mean a.Alpha or b.Alpha or a.Alphaa?");
  }

  @Test
  void aClassBuiltForANewerJavaIsRefusedWithBothVersions() throws Exception {
    byte[] square;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      square = zip.getInputStream(zip.getEntry("demo/Square.class")).readAllBytes();
    }
    square[6] = 0; // the class file's major version
    square[7] = (byte) (44 + 99);
    Path newer =
        new ProgramJar().withResource("demo/Square.class", square).in(folder.resolve("newer.jar"));
    assertThat(refusal(List.of(newer), "demo.Square"))
        .isEqualTo(
            "class demo.Square was built for Java 99; this is Java " + Runtime.version().feature());
  }

  @Test
  void aBrokenClassIsRefused() throws Exception {
    Path broken =
        new ProgramJar()
            .withResource("demo/Square.class", new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
            .in(folder.resolve("broken.jar"));
    assertThat(refusal(List.of(broken), "demo.Square"))
        .startsWith("class demo.Square can't be loaded: java.lang.ClassFormatError");
  }

  @Test
  void whatIsNoJarIsRefused() throws Exception {
    Path missing = folder.resolve("missing.jar");
    assertThat(refusal(List.of(jar, missing), "demo.Square")).isEqualTo("no such file: " + missing);
    assertThat(refusal(List.of(folder), "demo.Square"))
        .isEqualTo("not a jar but a folder: " + folder);
    Path text = Files.writeString(folder.resolve("text.jar"), "no zip at all, but long enough");
    assertThat(refusal(List.of(text), "demo.Square")).startsWith("not a jar: " + text + " (");
    Path empty = new ProgramJar().in(folder.resolve("empty.jar"));
    assertThat(refusal(List.of(empty), "demo.Square")).isEqualTo("an empty jar: " + empty);
  }

  @Test
  void nothingOfTheUsersCodeRunsUntilAnObjectIsMade() throws Throwable {
    try (ProgramLoader loader = new ProgramLoader(List.of(jar))) {
      ProgramClass loud = ProgramClass.find(loader, List.of(jar), "demo.Loud");
      assertThatThrownBy(loud::newInstance)
          .isInstanceOf(ExceptionInInitializerError.class)
          .hasRootCauseMessage("too early");
      ProgramClass fails = ProgramClass.find(loader, List.of(jar), "demo.Fails");
      assertThatThrownBy(fails::newInstance)
          .as("what the constructor threw, not what reflection wraps it in")
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("never");
      Object square = ProgramClass.find(loader, List.of(jar), "demo.Square").newInstance();
      assertThat(square.getClass().getClassLoader()).isSameAs(loader);
    }
  }

  private static String refusal(List<Path> jars, String name) {
    UnusableProgramException refusal =
        catchThrowableOfType(
            UnusableProgramException.class, () -> ProgramClass.inspect(jars, name));
    assertThat(refusal).isNotNull();
    assertThat(refusal.getMessage()).doesNotContain("\n");
    return refusal.getMessage();
  }
}
