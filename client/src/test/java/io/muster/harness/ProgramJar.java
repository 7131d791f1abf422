package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A user's jar, made of source text. Programs of these tests are made so because classes of this
 * package are no user's: stack traces leave them out, and a program's loader does not see them.
 */
final class ProgramJar {
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> resources = new TreeMap<>();
  private final List<Path> libraries = new ArrayList<>();
  private BiPredicate<String, byte[]> kept = (name, bytes) -> true;

  /**
   * Adds a class.
   *
   * @param name with its package
   * @param source without the package declaration; {@code io.muster.api} is imported
   */
  ProgramJar with(String name, String source) {
    sources.put(name, source);
    return this;
  }

  ProgramJar withResource(String name, byte[] bytes) {
    resources.put(name, bytes);
    return this;
  }

  /** Compiles against this jar, which is not put into the new one. */
  ProgramJar against(Path library) {
    libraries.add(library);
    return this;
  }

  /** Leaves a compiled class out of the jar. */
  ProgramJar without(String name) {
    BiPredicate<String, byte[]> before = kept;
    String entry = name.replace('.', '/') + ".class";
    kept = (each, bytes) -> before.test(each, bytes) && !each.equals(entry);
    return this;
  }

  Path in(Path jar) throws IOException {
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    compile(classes);
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
        add(zip, classes.relativize(path).toString(), Files.readAllBytes(path));
      }
      for (Map.Entry<String, byte[]> resource : resources.entrySet()) {
        add(zip, resource.getKey(), resource.getValue());
      }
    }
    return jar;
  }

  private void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    if (kept.test(name, bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(bytes);
    }
  }

  private void compile(Path classes) throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    List<JavaFileObject> files = new ArrayList<>();
    sources.forEach((name, source) -> files.add(new Source(name, source)));
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(said, null, null)) {
      List<String> options =
          List.of(
              "-d",
              classes.toString(),
              "-cp",
              Stream.concat(Stream.of(api()), libraries.stream())
                  .map(Path::toString)
                  .collect(Collectors.joining(System.getProperty("path.separator"))),
              "-proc:none");
      boolean compiled = compiler.getTask(null, manager, said, options, null, files).call();
      assertThat(compiled)
          .as(() -> String.join("\n", said.getDiagnostics().stream().map(this::text).toList()))
          .isTrue();
    }
  }

  private String text(Diagnostic<?> diagnostic) {
    return diagnostic.toString();
  }

  private static Path api() {
    try {
      return Path.of(Task.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String source) {
      super(URI.create("source:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      int dot = name.lastIndexOf('.');
      text =
          (dot < 0 ? "" : "package " + name.substring(0, dot) + "; ")
              + "import io.muster.api.*; import java.util.*; "
              + source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
