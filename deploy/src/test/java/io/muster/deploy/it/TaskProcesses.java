package io.muster.deploy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The processes that carry the marker of a worker, told from those of other workers by the
 * temporary folder that each worker of a test is given, and hands on.
 */
record TaskProcesses(Path temporary) {
  private static final Path PROC = Path.of("/proc");

  /** All that carry the marker now: task processes, commands, and whatever they started. */
  SortedSet<Long> marked() {
    SortedSet<Long> found = new TreeSet<>();
    for (long pid : pids()) {
      List<String> environment = strings(pid, "environ");
      if (environment.stream().anyMatch(variable -> variable.startsWith("MUSTER_MARK="))
          && environment.stream().anyMatch(this::isOurs)) {
        found.add(pid);
      }
    }
    return found;
  }

  private boolean isOurs(String variable) {
    return variable.equals("TMPDIR=" + temporary)
        || variable.startsWith("TMPDIR=" + temporary + "/");
  }

  /** The JVMs among them in which user code runs. */
  SortedSet<Long> javaProcesses() {
    SortedSet<Long> found = marked();
    found.removeIf(pid -> !strings(pid, "cmdline").contains("io.muster.harness.TaskProcess"));
    return found;
  }

  /** Returns when none carries the marker any more. */
  void awaitNone() {
    Until.holds(() -> described(marked()), () -> marked().isEmpty());
  }

  /** Returns when only task JVMs carry it, which wait for what comes next. */
  void awaitOnlyJvms() {
    Until.holds(
        () -> described(marked()),
        () -> {
          SortedSet<Long> others = marked();
          others.removeAll(javaProcesses());
          return others.isEmpty();
        });
  }

  /** Returns when none of these lives any more. */
  static void awaitGone(Iterable<Long> pids) {
    for (long pid : pids) {
      Until.holds(() -> described(List.of(pid)), () -> !isAlive(pid));
    }
  }

  /** A zombie that nobody has collected yet is dead. */
  static boolean isAlive(long pid) {
    return !strings(pid, "cmdline").isEmpty();
  }

  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static String described(Iterable<Long> pids) {
    StringBuilder text = new StringBuilder("there:");
    for (long pid : pids) {
      text.append(' ').append(pid).append(' ').append(strings(pid, "cmdline"));
    }
    return text.toString();
  }

  private static List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        pids.add(Long.parseLong(entry.getFileName().toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pids;
  }

  /** NUL-separated strings of a process; none when it is gone or somebody else's. */
  private static List<String> strings(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file));
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.isEmpty() ? List.of() : List.of(text.split("\0"));
    } catch (IOException e) {
      return List.of();
    }
  }
}
