package io.muster.deploy.it;

import io.muster.api.RemoteFunction;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/**
 * A class {@code Versioned} that says which version of it is running, in a folder of its own.
 *
 * @param loader sees this version
 * @param function an instance of it
 */
record VersionedClass(ClassLoader loader, RemoteFunction<Integer, String> function) {
  /** Compiles it. */
  @SuppressWarnings("unchecked") // that is what its source says
  static VersionedClass of(Path parent, String version) throws Exception {
    Path folder = Files.createDirectories(parent.resolve(version));
    Path source = Files.writeString(folder.resolve("Versioned.java"), source(version));
    String api =
        Path.of(RemoteFunction.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "--release", "17", "-cp", api, source.toString());
    if (failed != 0) {
      throw new IOException("the class does not compile");
    }
    Files.delete(source);
    ClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    Object made = loader.loadClass("Versioned").getConstructor().newInstance();
    return new VersionedClass(loader, (RemoteFunction<Integer, String>) made);
  }

  private static String source(String version) {
    return """
        public class Versioned implements io.muster.api.RemoteFunction<Integer, String> {
          private static final long serialVersionUID = 1;
          public String apply(Integer n) {
            return "%s";
          }
        }
        """
        .formatted(version);
  }
}
