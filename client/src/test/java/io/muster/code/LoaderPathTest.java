package io.muster.code;

import static io.muster.code.Jars.folder;
import static io.muster.code.Jars.found;
import static io.muster.code.Jars.jar;
import static io.muster.code.Jars.withClassPath;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Task;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderPathTest {
  @TempDir Path temp;

  @Test
  void jarsAndFoldersInTheirOrderParentsFirst() throws Exception {
    Path library = jar(temp.resolve("lib.jar"), "a/Lib.class");
    Path classes = folder(temp.resolve("classes"), "a/Main.class");
    Path plugin = jar(temp.resolve("plugin.jar"), "a/Plugin.class");

    assertThat(LoaderPath.of(Jars.loader(Jars.loader(null, library), classes, plugin)))
        .containsExactly(library, classes, plugin);
  }

  @Test
  void theClassPathOfThisTestHasItsClassesAndNotMusters() throws Exception {
    List<Path> path = LoaderPath.of(LoaderPathTest.class.getClassLoader());

    assertThat(path)
        .contains(place(LoaderPathTest.class), place(Test.class))
        .doesNotContain(place(Task.class))
        .noneMatch(entry -> entry.getFileName().toString().startsWith("surefirebooter"));
  }

  private static Path place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void whatAManifestNamesComesRightBehindItsJar() throws Exception {
    Path first = jar(temp.resolve("first.jar"), "a/First.class");
    Path second = folder(temp.resolve("second folder"), "a/Second.class");
    Path last = jar(temp.resolve("last.jar"), "a/Last.class");
    Path main =
        withClassPath(
            temp.resolve("main.jar"),
            "first.jar second%20folder/ missing.jar main.jar",
            "a/Main.class");

    assertThat(found(main, last)).containsExactly(main, first, second, last);
  }

  @Test
  void aJarThatOnlyNamesOthersIsNotCodeItself() throws Exception {
    Path code = jar(temp.resolve("code.jar"), "a/Code.class");
    Path booter = withClassPath(temp.resolve("booter.jar"), code.toUri() + " " + code.toUri());

    assertThat(found(booter)).containsExactly(code);
  }

  @Test
  void whatIsNotThereOrNoJarIsIgnoredAsTheJvmDoes() throws Exception {
    Path text = Files.writeString(temp.resolve("text.jar"), "no jar");
    Path code = jar(temp.resolve("code.jar"), "a/Code.class");

    assertThat(found(temp.resolve("missing.jar"), temp.resolve("missing"), text, code))
        .containsExactly(code);
  }

  @Test
  void mustersOwnJarsAndFoldersAreLeftOut() throws Exception {
    Path client =
        jar(
            temp.resolve("any-name.jar"),
            "io/muster/api/Task.class",
            "io/muster/shaded/io/grpc/Channel.class");
    Path classes =
        folder(
            temp.resolve("classes"), "io/muster/protocol/JobId.class", "io/muster/protocol/x.txt");

    assertThat(found(client, classes)).isEmpty();
  }

  @Test
  void aFatJarWithMusterInsideIsTheUsers() throws Exception {
    Path fat =
        jar(
            temp.resolve("fat.jar"),
            "io/muster/api/Task.class",
            "io/muster/shaded/io/grpc/Channel.class",
            "a/Main.class");

    assertThat(found(fat)).containsExactly(fat);
  }

  @Test
  void testsInMustersPackagesAreNotMuster() throws Exception {
    Path tests = folder(temp.resolve("tests"), "io/muster/client/PoolTest.class");

    assertThat(found(tests)).containsExactly(tests);
  }

  @Test
  void nothingOfTheJdkIsSent() {
    Path module = Path.of(System.getProperty("java.home"), "lib", "jrt-fs.jar");

    assertThat(module).isRegularFile();
    assertThat(found(module)).isEmpty();
  }

  @Test
  void theSameEntryTwiceIsOneEntry() throws Exception {
    Path code = jar(temp.resolve("code.jar"), "a/Code.class");

    assertThat(found(code, temp.resolve("x").resolve("..").resolve("code.jar")))
        .containsExactly(code);
  }

  @Test
  void aLoaderThatDoesNotSayWhereItLooksIsAskedForWhatEveryPlaceHas() throws Exception {
    Path code = jar(temp.resolve("code.jar"), "a/Code.class");
    Path classes = folder(temp.resolve("classes"), "a/Main.class");
    ClassLoader hidden = Jars.loader(null, classes, code);
    ClassLoader silent =
        new ClassLoader(null) {
          @Override
          protected Enumeration<URL> findResources(String name) throws IOException {
            return Collections.enumeration(Collections.list(hidden.getResources(name)));
          }
        };

    assertThat(LoaderPath.of(silent)).containsExactly(classes, code);
  }
}
