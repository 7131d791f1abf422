package io.muster.worker.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How task processes are started: with an environment of their own, nicer than the worker and
 * sooner killed than it when memory is short.
 */
public final class Launch {
  private static final List<String> INHERITED =
      List.of("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR");
  private static final String NICE = "5";
  private static final byte[] OOM_SCORE = "500".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, String> inherited = new HashMap<>();
  private final Confinement confinement;

  /** Takes from this environment what task processes get to see of it. */
  public Launch(Map<String, String> environment) {
    this(environment, Confinement.NONE);
  }

  /** The same, of processes that the system confines. */
  public Launch(Map<String, String> environment, Confinement confinement) {
    this.confinement = confinement;
    for (String name : INHERITED) {
      String value = environment.get(name);
      if (value != null) {
        inherited.put(name, value);
      }
    }
    inherited.putAll(confinement.environment());
  }

  Confinement confinement() {
    return confinement;
  }

  /**
   * Makes starting processes cheap; to be called before the first one. The child shares the
   * worker's memory until it runs its program instead of a helper program being run in between:
   * twice as many a second. JDK 25 still can, but prints a warning.
   */
  public static void prepare() {
    if (Runtime.version().feature() < 25
        && System.getProperty("jdk.lang.Process.launchMechanism") == null) {
      System.setProperty("jdk.lang.Process.launchMechanism", "VFORK");
    }
  }

  /** A process that will run in this folder with the marker and these variables. */
  public ProcessBuilder builder(List<String> argv, Path cwd, String mark, Map<String, String> env) {
    return builder(argv, cwd, mark, env, false);
  }

  /**
   * The same.
   *
   * @param needsNetwork whether it has one even if others have none
   */
  ProcessBuilder builder(
      List<String> argv, Path cwd, String mark, Map<String, String> env, boolean needsNetwork) {
    ProcessBuilder builder =
        new ProcessBuilder(confinement.argv(argv, needsNetwork)).directory(cwd.toFile());
    Map<String, String> all = builder.environment();
    all.clear();
    all.putAll(inherited);
    all.putAll(env);
    all.put(MarkedProcesses.VARIABLE, mark);
    return builder;
  }

  /** Starts it. The priority is that of the calling thread: see {@link #niceThisThread}. */
  public static Process start(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    try {
      Files.write(Path.of("/proc/" + process.pid() + "/oom_score_adj"), OOM_SCORE);
    } catch (IOException e) {
      // Gone already, or a system without it: then it is as likely to be killed as the worker.
      return process;
    }
    return process;
  }

  /**
   * From here on what this thread starts runs with lower priority, as it does itself: on Linux
   * priority belongs to a thread and is inherited, so that no wrapper program is needed.
   */
  public static void niceThisThread() {
    try {
      Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      new ProcessBuilder("renice", "-n", NICE, "-p", self.getFileName().toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return; // without renice task processes compete with the worker, no more
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
