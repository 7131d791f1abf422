package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.Task;
import io.muster.protocol.Interval;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestEngine;

class ProgramLoaderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.muster.harness.Json",
        "io.muster.harness.ProgramLoader",
        "io.muster.calls.CallDecoder",
        "io.muster.protocol.Interval",
        "com.fasterxml.jackson.databind.ObjectMapper",
        "com.google.protobuf.Message",
        "org.jspecify.annotations.Nullable",
        "org.junit.jupiter.api.Test"
      })
  void aProgramDoesNotSeeWhatIsOurs(String name) throws Exception {
    try (ProgramLoader loader = new ProgramLoader(List.of(empty()))) {
      assertThatThrownBy(() -> loader.loadClass(name)).isInstanceOf(ClassNotFoundException.class);
      assertThat(Class.forName(name)).as("seen from here").isNotNull();
      assertThat(loader.getResource(name.replace('.', '/') + ".class")).isNull();
    }
  }

  /** Some of these belong to the loaders of the platform and of the application. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.util.List",
        "java.sql.Connection",
        "java.net.http.HttpClient",
        "javax.script.ScriptEngine",
        "com.sun.net.httpserver.HttpServer",
        "com.sun.source.util.JavacTask",
        "com.sun.tools.javac.api.JavacTool",
        "jdk.jfr.Recording"
      })
  void aProgramSeesAllOfTheJdk(String name) throws Exception {
    try (ProgramLoader loader = new ProgramLoader(List.of(empty()))) {
      Class<?> type = loader.loadClass(name);
      assertThat(type.getModule().isNamed()).isTrue();
      assertThat(type).isSameAs(Class.forName(name));
    }
  }

  /**
   * Some providers belong to the application's loader; what else that has is no service of ours.
   */
  @Test
  void aProgramFindsTheServicesOfTheJdkAndNotThoseOfTheClassPath() throws Exception {
    try (ProgramLoader loader = new ProgramLoader(List.of(empty()))) {
      assertThat(ServiceLoader.load(RandomGenerator.class, loader).stream())
          .extracting(provider -> provider.type().getSimpleName())
          .contains("L64X128MixRandom");
      assertThat(ServiceLoader.load(TestEngine.class, loader)).isEmpty();
      assertThat(ServiceLoader.load(TestEngine.class)).as("seen from here").isNotEmpty();
    }
  }

  @Test
  void theClientThatAFunctionsClassMentionsIsOurs() throws Exception {
    try (ProgramLoader loader = new ProgramLoader(List.of(empty()))) {
      assertThat(loader.loadClass("io.muster.client.LocalFile"))
          .isSameAs(Class.forName("io.muster.client.LocalFile"));
    }
  }

  @Test
  void theApiIsOursAlsoWhenAJarBringsItsOwn() throws Exception {
    Path jar =
        new ProgramJar()
            .with("io.muster.api.Task", "public interface Task<I, O> { void other(); }")
            .with(
                "demo.Other",
                "public class Other implements Task<Long, Long> { public void other() {} }")
            .in(folder.resolve("fat.jar"));
    try (ProgramLoader loader = new ProgramLoader(List.of(jar))) {
      assertThat(loader.loadClass("io.muster.api.Task")).isSameAs(Task.class);
      assertThat(loader.loadClass("demo.Other")).isAssignableTo(Task.class);
      assertThat(loader.loadClass("io.muster.api.TaskContext").getClassLoader())
          .isSameAs(Task.class.getClassLoader());
    }
  }

  @Test
  void theProgramsOwnVersionOfALibraryIsTheOneItGets() throws Exception {
    Path jar =
        new ProgramJar()
            .with(
                "com.fasterxml.jackson.core.Version",
                "public class Version { public static String of() { return \"mine\"; } }")
            .with("io.muster.protocol.Interval", "public class Interval {}")
            .with(
                "demo.Asks",
                """
                public class Asks implements java.util.concurrent.Callable<String> {
                  public String call() { return com.fasterxml.jackson.core.Version.of(); }
                }
                """)
            .in(folder.resolve("demo.jar"));
    try (ProgramLoader loader = new ProgramLoader(List.of(jar))) {
      assertThat(made(loader, "demo.Asks").call()).isEqualTo("mine");
      Class<?> interval = loader.loadClass("io.muster.protocol.Interval");
      assertThat(interval).isNotSameAs(Interval.class);
      assertThat(interval.getClassLoader()).isSameAs(loader);
      assertThat(JsonInUse.get().read(Map.class, "{}".getBytes(StandardCharsets.UTF_8), 0, 2))
          .as("ours still finds its own")
          .isEqualTo(Map.of());
    }
  }

  @Test
  void ofTwoJarsTheFirstWins() throws Exception {
    Path first = saying("first", folder.resolve("first.jar"));
    Path second = saying("second", folder.resolve("second.jar"));
    try (ProgramLoader one = new ProgramLoader(List.of(first, second));
        ProgramLoader other = new ProgramLoader(List.of(second, first))) {
      assertThat(made(one, "demo.Says").call()).isEqualTo("first");
      assertThat(made(other, "demo.Says").call()).isEqualTo("second");
      try (var text = one.getResourceAsStream("text")) {
        assertThat(text).hasContent("first");
      }
      assertThat(one.getResources("text").asIterator())
          .toIterable()
          .extracting(URL::getPath)
          .hasSize(2);
    }
  }

  private static Path saying(String what, Path jar) throws Exception {
    return new ProgramJar()
        .with(
            "demo.Says",
            """
            public class Says implements java.util.concurrent.Callable<String> {
              public String call() { return "%s"; }
            }
            """
                .formatted(what))
        .withResource("text", what.getBytes(StandardCharsets.UTF_8))
        .in(jar);
  }

  @Test
  void servicesOfTheJarsAreFound() throws Exception {
    Path jar =
        new ProgramJar()
            .with(
                "demo.Service", "public class Service implements Runnable { public void run() {} }")
            .withResource(
                "META-INF/services/java.lang.Runnable",
                "demo.Service".getBytes(StandardCharsets.UTF_8))
            .in(folder.resolve("service.jar"));
    try (ProgramLoader loader = new ProgramLoader(List.of(jar))) {
      assertThat(ServiceLoader.load(Runnable.class, loader))
          .extracting(service -> service.getClass().getName())
          .containsExactly("demo.Service");
    }
  }

  @Test
  void aFolderWithUnusualCharactersIsNoHindrance() throws Exception {
    Path unusual = java.nio.file.Files.createDirectory(folder.resolve("50% #1 + ä"));
    Path jar = saying("found", unusual.resolve("a b.jar"));
    try (ProgramLoader loader = new ProgramLoader(List.of(jar))) {
      assertThat(made(loader, "demo.Says").call()).isEqualTo("found");
    }
  }

  private Path empty() throws Exception {
    return new ProgramJar().withResource("nothing", new byte[0]).in(folder.resolve("empty.jar"));
  }

  @SuppressWarnings("unchecked")
  private static Callable<String> made(ProgramLoader loader, String name) throws Exception {
    return (Callable<String>) loader.loadClass(name).getConstructor().newInstance();
  }
}
