package io.muster.code;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Jars and class folders with given names in them; what the files hold does not matter. */
final class Jars {
  private Jars() {}

  static Path jar(Path jar, String... names) {
    return withClassPath(jar, "", names);
  }

  static Path withClassPath(Path jar, String classPath, String... names) {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!classPath.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (String name : names) {
        out.putNextEntry(new JarEntry(name));
        out.write(name.getBytes());
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path folder(Path folder, String... names) throws IOException {
    Files.createDirectories(folder);
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    return folder;
  }

  /** A loader of these alone. */
  static URLClassLoader loader(ClassLoader parent, Path... entries) {
    return new URLClassLoader(Stream.of(entries).map(Jars::url).toArray(URL[]::new), parent);
  }

  static List<Path> found(Path... entries) {
    return LoaderPath.of(loader(null, entries));
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }
}
