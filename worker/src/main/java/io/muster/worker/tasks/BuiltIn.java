package io.muster.worker.tasks;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the class of a built-in task. */
public final class BuiltIn {
  private static final Map<String, Class<?>> CLASSES =
      Map.of(
          "http-get", HttpGet.class,
          "http-post", HttpPost.class,
          "tcp-check", TcpCheck.class,
          "file-stat", FileStat.class,
          "file-hash", FileHash.class,
          "sleep", Sleep.class);

  private BuiltIn() {}

  /** The class of the task with this name, or null if there is none. */
  public static @Nullable String className(String name) {
    Class<?> found = CLASSES.get(name);
    return found == null ? null : found.getName();
  }
}
