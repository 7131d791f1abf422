package io.muster.harness;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Loads a user's jars. They see the JDK, {@code io.muster.api} and {@code io.muster.client} and
 * nothing else of ours, so no library of theirs can meet another version of it.
 */
public final class ProgramLoader extends URLClassLoader {
  static final String NAME = "program";

  static {
    registerAsParallelCapable();
  }

  /**
   * @param jars the class path, in its order
   */
  public ProgramLoader(List<Path> jars) {
    super(NAME, urls(jars), new Platform());
  }

  private static URL[] urls(List<Path> jars) {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = jars.get(i).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException("not a file: " + jars.get(i), e);
      }
    }
    return urls;
  }

  /**
   * What every program sees: the modules of the JDK, and our API from where we have it ourselves.
   * Some of those modules (random generators, the compiler) belong to the loader of the
   * application, which is the parent so that their services are found; what else it has is hidden.
   */
  private static final class Platform extends ClassLoader {
    private static final String API = "io.muster.api.";

    /** A class with a function that a client sent mentions it. */
    private static final String CLIENT = "io.muster.client.";

    private static final ClassLoader OURS = ProgramLoader.class.getClassLoader();

    private static final ClassLoader JDK = getPlatformClassLoader();

    static {
      registerAsParallelCapable();
    }

    Platform() {
      super("platform and api", getSystemClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      try {
        return JDK.loadClass(name);
      } catch (ClassNotFoundException e) {
        return findClass(name);
      }
    }

    @Override
    public @Nullable URL getResource(String name) {
      return JDK.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return JDK.getResources(name);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith(API) || name.startsWith(CLIENT)) {
        return Class.forName(name, false, OURS);
      }
      if (isToolOfTheJdk(name)) {
        return Class.forName(name, false, getSystemClassLoader());
      }
      throw new ClassNotFoundException(name);
    }

    private static boolean isToolOfTheJdk(String name) {
      int dot = name.lastIndexOf('.');
      if (!name.startsWith("com.sun.") && !name.startsWith("jdk.") && !name.startsWith("sun.")) {
        return false;
      }
      return dot > 0 && JdkTools.PACKAGES.contains(name.substring(0, dot));
    }

    /** Found only when a program asks for one. */
    private static final class JdkTools {
      private static final Set<String> PACKAGES =
          ModuleLayer.boot().modules().stream()
              .filter(module -> module.getClassLoader() == getSystemClassLoader())
              .flatMap(module -> module.getPackages().stream())
              .collect(Collectors.toUnmodifiableSet());
    }
  }
}
