package io.muster.worker.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds and kills processes by the marker in their environment, which their children inherit and
 * which neither {@code setsid} nor a parent's death takes away. Needs nothing but the JDK: the
 * {@link Guardian} runs it too. Any thread may call.
 */
public final class MarkedProcesses {
  /** The environment variable that every task process carries: {@code INCARNATION.NUMBER}. */
  public static final String VARIABLE = "MUSTER_MARK";

  private static final Path PROC = Path.of("/proc");
  private static final byte[] NAME = (VARIABLE + "=").getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};
  private static final long PAUSE_MILLIS = 5;
  private static final int MOST_ROUNDS = 600;

  private MarkedProcesses() {}

  /**
   * @param mark {@code INCARNATION.NUMBER}
   */
  public record Marked(long pid, String mark) {}

  /** All processes of now whose marker is accepted. */
  public static List<Marked> find(Predicate<String> mark) {
    List<Marked> found = new ArrayList<>();
    look(mark, found);
    return found;
  }

  /**
   * Adds those whose marker is accepted.
   *
   * @return whether there is one in the middle of an exec, in which the kernel shows no environment
   */
  private static boolean look(Predicate<String> mark, List<Marked> found) {
    boolean uncertain = false;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, MarkedProcesses::isProcess)) {
      for (Path process : all) {
        byte[] environment = environment(process);
        String its = mark(environment);
        if (!its.isEmpty() && mark.test(its)) {
          found.add(new Marked(Long.parseLong(process.getFileName().toString()), its));
        }
        uncertain |= environment.length == 0 && hasProgram(process) && isToHaveEnvironment(process);
      }
    } catch (IOException e) {
      return false; // no /proc: nothing can be found
    }
    return uncertain;
  }

  /**
   * Kills all whose marker is accepted, with their descendants, until none is left; what forks
   * while it is hunted is found in the next round.
   *
   * @return whether none is left; false when some can't be killed
   */
  public static boolean kill(Predicate<String> mark) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<Marked> found = new ArrayList<>();
      boolean uncertain = look(mark, found);
      if (found.isEmpty() && !uncertain) {
        return true;
      }
      Set<ProcessHandle> doomed = new HashSet<>();
      for (Marked process : found) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
        handle.ifPresent(
            it -> {
              doomed.add(it);
              it.descendants().forEach(doomed::add);
            });
      }
      doomed.forEach(ProcessHandle::destroyForcibly);
      pause();
    }
    return false;
  }

  private static boolean isProcess(Path entry) {
    return Character.isDigit(entry.getFileName().toString().charAt(0));
  }

  /** Empty: it has none (yet), is the kernel's, a zombie, gone, or somebody else's. */
  private static byte[] environment(Path process) {
    try {
      return Files.readAllBytes(process.resolve("environ"));
    } catch (IOException e) {
      return NOTHING;
    }
  }

  /** Not so the kernel's own, zombies, and somebody else's. */
  private static boolean hasProgram(Path process) {
    try {
      return !Files.readSymbolicLink(process.resolve("exe")).toString().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isToHaveEnvironment(Path process) {
    try {
      return isToHaveEnvironment(
          Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1));
    } catch (IOException | RuntimeException e) {
      return false; // it is gone
    }
  }

  /**
   * Whether its environment is not laid out yet, or there is one that was not read. An exec lays it
   * out from a start to an end that are the same until it is done (create_elf_tables in Linux's
   * fs/binfmt_elf.c), as they are for good of a process that was started without; where its code
   * ends is known only after that.
   *
   * @param stat of proc(5): field 27 is the code's end, 50 and 51 the environment's start and end
   */
  static boolean isToHaveEnvironment(String stat) {
    String[] fromState = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
    long codeEnd = Long.parseUnsignedLong(fromState[24]);
    long start = Long.parseUnsignedLong(fromState[47]);
    long end = Long.parseUnsignedLong(fromState[48]);
    return codeEnd == 0 || end != start;
  }

  /** The marker in it, or empty. */
  private static String mark(byte[] environment) {
    int at = 0;
    while (at < environment.length) {
      int end = at;
      while (end < environment.length && environment[end] != 0) {
        end++;
      }
      if (startsWithName(environment, at, end)) {
        return new String(
            environment, at + NAME.length, end - at - NAME.length, StandardCharsets.US_ASCII);
      }
      at = end + 1;
    }
    return "";
  }

  private static boolean startsWithName(byte[] bytes, int from, int until) {
    if (until - from < NAME.length) {
      return false;
    }
    for (int i = 0; i < NAME.length; i++) {
      if (bytes[from + i] != NAME[i]) {
        return false;
      }
    }
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
