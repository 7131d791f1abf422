package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Task;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackTracesTest {
  private static final int MOST_CHARACTERS = 128 * 1024;

  /** Has the stack that it is given. */
  private static class Traced extends Exception {
    private static final long serialVersionUID = 1;

    Traced(String message, StackTraceElement... frames) {
      super(message);
      setStackTrace(frames);
    }
  }

  @Property
  void withoutFramesOfOursItIsWhatTheJdkPrints(@ForAll("trees") Throwable thrown) {
    assertThat(StackTraces.of(thrown)).isEqualTo(printed(thrown));
  }

  @Provide
  Arbitrary<Throwable> trees() {
    return tree(4);
  }

  private static Arbitrary<Throwable> tree(int levels) {
    Arbitrary<String> messages = Arbitraries.of(null, "", "broken", "two\nlines");
    // Few different frames, so that causes have frames in common.
    Arbitrary<StackTraceElement[]> stacks =
        Arbitraries.of("run", "read", "close")
            .map(method -> frame("demo.Copy", method))
            .array(StackTraceElement[].class)
            .ofMaxSize(4);
    Arbitrary<Throwable> alone = Combinators.combine(messages, stacks).as(Traced::new);
    if (levels == 0) {
      return alone;
    }
    return Combinators.combine(
            alone, tree(levels - 1).injectNull(0.3), tree(levels - 1).list().ofMaxSize(2))
        .as(
            (thrown, cause, suppressed) -> {
              if (cause != null) {
                thrown.initCause(cause);
              }
              suppressed.forEach(thrown::addSuppressed);
              return thrown;
            });
  }

  @Test
  void theTraceEndsWhereTheUsersCodeBegins(@TempDir Path folder) throws Exception {
    Path jar =
        new ProgramJar()
            .with(
                "demo.Deep",
                """
                public class Deep implements Task<Long, Long> {
                  public Long run(Long input, TaskContext context) {
                    return List.of(input).stream().map(Deep::inner).toList().get(0);
                  }
                  static Long inner(Long input) {
                    try {
                      return Long.parseLong("no number");
                    } catch (RuntimeException e) {
                      throw new IllegalStateException("input " + input, e);
                    }
                  }
                }
                """)
            .in(folder.resolve("demo.jar"));
    try (ProgramLoader loader = new ProgramLoader(List.of(jar))) {
      ProgramClass program = ProgramClass.find(loader, List.of(jar), "demo.Deep");
      @SuppressWarnings("unchecked")
      Task<Long, Long> task = (Task<Long, Long>) Harness.made(program);
      Throwable thrown = Harness.thrownBy(() -> task.run(5L, null));
      assertThat(StackTraces.of(thrown).lines())
          .filteredOn(line -> !line.startsWith("\tat java.base/java."))
          .map(line -> line.replaceFirst("\\d+ more", "N more"))
          .containsExactly(
              "java.lang.IllegalStateException: input 5",
              "\tat demo.Deep.inner(Deep.java:9)",
              "\tat demo.Deep.run(Deep.java:3)",
              "\tat demo.Deep.run(Deep.java:1)", // the bridge that the compiler made
              "Caused by: java.lang.NumberFormatException: For input string: \"no number\"",
              "\tat demo.Deep.inner(Deep.java:7)",
              "\t... N more");
      assertThat(StackTraces.of(thrown))
          .contains("java.util.stream.ReferencePipeline")
          .doesNotContain("java.lang.Thread");
    }
  }

  @Test
  void ofOurFramesOnlyThoseBelowTheUsersAreLeftOut() {
    StackTraceElement above = frame("io.muster.harness.FedValues", "next");
    StackTraceElement user = frame("demo.Sum", "reduce");
    StackTraceElement between = frame("io.muster.harness.RunningTask", "log");
    StackTraceElement reflection = frame("java.lang.reflect.Constructor", "newInstance");
    StackTraceElement below = frame("io.muster.harness.StepRunner", "reduce");
    StackTraceElement thread = frame("java.lang.Thread", "run");
    assertThat(
            StackTraces.framesOf(
                new Traced("", above, user, reflection, between, user, below, below, thread)))
        .containsExactly(above, user, reflection, between, user);
    assertThat(StackTraces.framesOf(new Traced("", user, below, reflection, below)))
        .containsExactly(user);
    assertThat(StackTraces.framesOf(new Traced("", user, reflection, reflection, below)))
        .as("a constructor is called by reflection")
        .containsExactly(user);
  }

  @Test
  void aThreadOfTheUsersKeepsItsWholeTrace() {
    StackTraceElement user = frame("demo.Sum", "lambda$run$0");
    StackTraceElement thread = frame("java.lang.Thread", "run");
    assertThat(StackTraces.framesOf(new Traced("", user, thread))).containsExactly(user, thread);
  }

  @Test
  void framesAreSaidWithoutTheLoaderOfPrograms() {
    StackTraceElement users =
        new StackTraceElement(ProgramLoader.NAME, null, null, "demo.A", "run", "A.java", 3);
    StackTraceElement others =
        new StackTraceElement("plugins", null, null, "demo.B", "run", "B.java", 4);
    StackTraceElement ofTheJdk =
        new StackTraceElement(null, "java.base", null, "java.util.List", "of", "List.java", 5);
    assertThat(StackTraces.of(new Traced("x", users, others, ofTheJdk)))
        .contains("\tat demo.A.run(A.java:3)\n", "\tat plugins//demo.B.run(B.java:4)\n")
        .contains("\tat java.base/java.util.List.of(List.java:5)\n");
  }

  @Test
  void circlesEnd() {
    Exception first = new Traced("first", frame("demo.A", "run"));
    Exception second = new Traced("second", frame("demo.B", "run"));
    first.initCause(second);
    second.initCause(first);
    second.addSuppressed(first);
    assertThat(StackTraces.of(first))
        .isEqualTo(
            """
            %1$s: first
            	at demo.A.run(Code.java:1)
            Caused by: %1$s: second
            	at demo.B.run(Code.java:1)
            	Suppressed: [CIRCULAR REFERENCE: %1$s: first]
            Caused by: [CIRCULAR REFERENCE: %1$s: first]
            """
                .formatted(Traced.class.getName()));
  }

  private static final class Unspeakable extends Exception {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("no cause");
    }
  }

  private static final class SaysNothing extends Exception {
    private static final long serialVersionUID = 1;

    @Override
    public String toString() {
      return null;
    }
  }

  private static final class RecursesForEver extends Exception {
    private static final long serialVersionUID = 1;

    @Override
    public String toString() {
      return "I am " + this;
    }
  }

  @Test
  void whatThrowsWhenAskedIsSaidByItsClass() {
    Exception thrown = new Unspeakable();
    assertThat(StackTraces.of(thrown)).startsWith(Unspeakable.class.getName() + "\n\tat ");
    assertThat(StackTraces.messageOf(thrown)).isEmpty();
    assertThat(StackTraces.causeOf(thrown)).isNull();
    assertThat(StackTraces.headline(new RecursesForEver()))
        .isEqualTo(RecursesForEver.class.getName());
    assertThat(StackTraces.headline(new SaysNothing())).isEqualTo("null");
    assertThat(StackTraces.messageOf(new SaysNothing())).isEmpty();
  }

  private static final class LacksAClass extends Exception {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new NoClassDefFoundError("demo/Texts");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new AssertionError("no stack");
    }
  }

  @Test
  void whatThrowsErrorsWhenAskedIsSaidByItsClassToo() {
    assertThat(StackTraces.of(new LacksAClass())).isEqualTo(LacksAClass.class.getName() + "\n");
    assertThat(StackTraces.messageOf(new LacksAClass())).isEmpty();
  }

  @Test
  void anEndlessChainOfCausesIsCut() {
    Throwable thrown = new Traced("0");
    for (int i = 1; i <= 100_000; i++) {
      Throwable cause = thrown;
      thrown = new Traced(String.valueOf(i));
      thrown.initCause(cause);
    }
    assertThat(StackTraces.of(thrown).lines())
        .hasSize(501)
        .startsWith(Traced.class.getName() + ": 100000")
        .contains("Caused by: " + Traced.class.getName() + ": 99501")
        .endsWith("Caused by: ... left out, and what is behind it");
  }

  @Test
  void ofVeryManySuppressedExceptionsNotAllAreWrittenOnlyToBeCut() {
    StackTraceElement[] frames = new StackTraceElement[1000];
    Arrays.fill(frames, frame("demo.Recursion", "x".repeat(1000)));
    Exception thrown = new Traced("many");
    for (int i = 0; i < 1000; i++) { // would be a thousand million characters
      thrown.addSuppressed(new Traced("suppressed", frames));
    }
    assertThat(StackTraces.of(thrown))
        .hasSizeBetween(MOST_CHARACTERS, MOST_CHARACTERS + 100)
        .contains("\tSuppressed: ");
  }

  @Test
  void ofAHugeTraceTheBeginningAndTheEndAreKept() {
    StackTraceElement[] frames = new StackTraceElement[10_000];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = frame("demo.Recursion", "level" + i);
    }
    String text = StackTraces.of(new Traced("deep", frames));
    assertThat(text)
        .hasSizeBetween(MOST_CHARACTERS, MOST_CHARACTERS + 100)
        .startsWith(Traced.class.getName() + ": deep\n\tat demo.Recursion.level0(")
        .endsWith("\tat demo.Recursion.level9999(Code.java:1)\n");
    int whole = printed(new Traced("deep", frames)).length();
    assertThat(text).contains("\n... " + (whole - MOST_CHARACTERS) + " characters left out ...\n");
  }

  private static StackTraceElement frame(String className, String method) {
    return new StackTraceElement(className, method, "Code.java", 1);
  }

  private static String printed(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString().lines().collect(Collectors.joining("\n", "", "\n"));
  }
}
