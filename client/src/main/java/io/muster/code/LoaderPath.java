package io.muster.code;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The jars and class folders in which a class loader and its parents find classes, in the order in
 * which they look. What is not there or is no jar is passed over, as the JVM does; so are the JDK
 * and Muster's own. One thread.
 */
final class LoaderPath {
  private static final Path JDK = Path.of(System.getProperty("java.home")).toAbsolutePath();

  private final List<Path> found = new ArrayList<>();
  private final Set<Path> seen = new HashSet<>();

  private LoaderPath() {}

  static List<Path> of(ClassLoader loader) {
    LoaderPath path = new LoaderPath();
    path.add(loader);
    return List.copyOf(path.found);
  }

  private void add(@Nullable ClassLoader loader) {
    if (loader == null || loader == ClassLoader.getPlatformClassLoader()) {
      return;
    }
    add(loader.getParent());
    if (loader == ClassLoader.getSystemClassLoader() || "app".equals(loader.getName())) {
      addSystem();
    } else if (loader instanceof URLClassLoader urls) {
      for (URL url : urls.getURLs()) {
        add(url);
      }
    } else {
      addRoots(loader);
    }
  }

  private void addSystem() {
    split(System.getProperty("jdk.module.path", "")).forEach(this::addModules);
    String classPath = System.getProperty("java.class.path", "");
    boolean isModular = System.getProperty("jdk.module.main") != null;
    if (!classPath.isEmpty()) {
      // one that is empty is the working directory to the JVM, and a slip of the pen to its user
      split(classPath).stream().filter(entry -> !entry.isEmpty()).forEach(this::addFile);
    } else if (!isModular) {
      addFile("");
    }
  }

  private static List<String> split(String path) {
    return List.of(path.split(File.pathSeparator, -1));
  }

  /** A module, or a folder of modules. */
  private void addModules(String entry) {
    Path path = Path.of(entry);
    if (entry.isEmpty() || !Files.isDirectory(path)) {
      if (!entry.isEmpty()) {
        add(path);
      }
      return;
    }
    if (Files.exists(path.resolve("module-info.class"))) {
      add(path);
      return;
    }
    List<Path> modules = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(path)) {
      all.forEach(modules::add);
    } catch (IOException e) {
      return; // one that the JVM could not read either
    }
    Collections.sort(modules);
    modules.stream()
        .filter(
            each ->
                each.toString().endsWith(".jar") || Files.exists(each.resolve("module-info.class")))
        .forEach(this::add);
  }

  /** A loader that doesn't say where it looks still says where it finds what every place has. */
  private void addRoots(ClassLoader loader) {
    for (String everywhere : List.of("", JarFile.MANIFEST_NAME)) {
      try {
        loader
            .getResources(everywhere)
            .asIterator()
            .forEachRemaining(url -> root(url, everywhere).ifPresent(this::add));
      } catch (IOException e) {
        return; // what it can't list can't be sent
      }
    }
  }

  private static Optional<URL> root(URL url, String resource) {
    String text = url.toString();
    try {
      return text.endsWith(resource)
          ? Optional.of(new URL(text.substring(0, text.length() - resource.length())))
          : Optional.empty();
    } catch (MalformedURLException e) {
      return Optional.empty();
    }
  }

  private void addFile(String name) {
    try {
      add(Path.of(name));
    } catch (InvalidPathException e) {
      return; // no file can have that name
    }
  }

  private void add(URL url) {
    String text = url.toString();
    if (text.startsWith("jar:") && text.endsWith("!/")) {
      text = text.substring(4, text.length() - 2);
    }
    if (text.startsWith("file:")) {
      file(text).ifPresent(this::add);
    }
  }

  private static Optional<Path> file(String url) {
    try {
      return Optional.of(Path.of(new URI(url)));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.of(Path.of(url.substring("file:".length()))); // with a space, say
    }
  }

  private void add(Path entry) {
    Path path = entry.toAbsolutePath().normalize();
    if (!seen.add(path) || path.startsWith(JDK)) {
      return;
    }
    try {
      if (Files.isDirectory(path)) {
        if (!OwnCode.holds(path)) {
          found.add(path);
        }
      } else if (Files.isReadable(path)) {
        addJar(path);
      }
    } catch (IOException e) {
      return; // no jar
    }
  }

  private void addJar(Path path) throws IOException {
    List<URL> further;
    try (JarFile jar = new JarFile(path.toFile(), false)) {
      if (!OwnCode.holds(jar) && !isNothingButManifest(jar)) {
        found.add(path);
      }
      further = classPath(jar.getManifest(), path);
    }
    further.forEach(this::add);
  }

  /** Surefire, IDEs and others put a class path that is too long for a command line into such. */
  private static boolean isNothingButManifest(JarFile jar) {
    return jar.stream()
        .allMatch(entry -> entry.isDirectory() || entry.getName().equals(JarFile.MANIFEST_NAME));
  }

  /** Comes right behind the jar, as the JVM looks. */
  private static List<URL> classPath(@Nullable Manifest manifest, Path jar) throws IOException {
    String entries =
        manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    List<URL> urls = new ArrayList<>();
    if (entries != null) {
      URL base = jar.toUri().toURL();
      for (StringTokenizer words = new StringTokenizer(entries); words.hasMoreTokens(); ) {
        try {
          urls.add(new URL(base, words.nextToken()));
        } catch (MalformedURLException e) {
          continue; // the JVM passes over it too
        }
      }
    }
    return urls;
  }
}
