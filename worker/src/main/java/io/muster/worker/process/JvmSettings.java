package io.muster.worker.process;

import io.muster.code.ClassArchive;
import io.muster.worker.state.ProcessNeeds;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How task JVMs are started.
 *
 * @param java the program
 * @param classPath what the harness consists of
 * @param ioClassPath what that of I/O tasks consists of: the worker itself
 * @param options further options, such as a class archive that makes starting quicker
 * @param ioOptions the same for I/O tasks
 * @param archive of the harness's classes; processes use it once it is there
 */
public record JvmSettings(
    Path java,
    String classPath,
    String ioClassPath,
    List<String> options,
    List<String> ioOptions,
    ClassArchive archive) {
  private static final String MAIN = "io.muster.harness.TaskProcess";
  private static final String REHEARSAL = "io.muster.harness.Rehearsal";
  private static final String IO_MAIN = "io.muster.worker.io.IoProcess";
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final long MEGABYTE = 1 << 20;
  private static final int CARRIERS = Math.max(32, Runtime.getRuntime().availableProcessors());

  /** Without an archive that is made. */
  public JvmSettings(
      Path java,
      String classPath,
      String ioClassPath,
      List<String> options,
      List<String> ioOptions) {
    this(java, classPath, ioClassPath, options, ioOptions, new ClassArchive(null, null));
  }

  /** The same with this archive. */
  public JvmSettings with(ClassArchive archive) {
    return new JvmSettings(java, classPath, ioClassPath, options, ioOptions, archive);
  }

  /** With the JVM that this one runs on. */
  public static JvmSettings ofThisJvm(String classPath, List<String> options) {
    return ofThisJvm(classPath, options, List.of());
  }

  /** With the JVM that this one runs on, and further options for I/O tasks. */
  public static JvmSettings ofThisJvm(
      String classPath, List<String> options, List<String> ioOptions) {
    return new JvmSettings(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        classPath,
        absolute(System.getProperty("java.class.path")),
        options,
        ioOptions);
  }

  /** What processes read of it. */
  public Stream<Path> files() {
    return Stream.of(classPath, ioClassPath)
        .flatMap(path -> Arrays.stream(path.split(File.pathSeparator)))
        .map(Path::of)
        .filter(Files::isRegularFile);
  }

  /** Processes have another working directory than their worker. */
  private static String absolute(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A JVM that runs through what those of chunks do, writes the archive and ends. */
  List<String> rehearsal(Path socket, Path folder) {
    List<String> argv = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      argv.add(SETSID.toString());
    }
    argv.add(java.toString());
    argv.add("-Xmx64m");
    argv.add("-XX:-UsePerfData");
    argv.add("-XX:-CreateCoredumpOnCrash");
    argv.add("-XX:ErrorFile=" + folder.resolve(JvmCrash.FILE));
    argv.add("-XX:+UseSerialGC");
    argv.addAll(archive.write());
    argv.addAll(List.of("-cp", classPath, REHEARSAL));
    argv.addAll(List.of(socket.toString(), folder.toString(), classPath));
    return argv;
  }

  List<String> argv(ProcessNeeds needs, Path socket, Path cursor, Path out, Path folder) {
    List<String> argv = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // So that Ctrl-C at the worker's terminal is the worker's to handle.
      argv.add(SETSID.toString());
    }
    argv.add(java.toString());
    argv.add("-Xmx" + Math.max(1, needs.memory() / MEGABYTE) + "m");
    argv.add("-XX:-UsePerfData");
    argv.add("-XX:-CreateCoredumpOnCrash");
    argv.add("-XX:ErrorFile=" + folder.resolve(JvmCrash.FILE));
    argv.add("-Xshare:auto");
    argv.add("-Dfile.encoding=UTF-8");
    argv.add("-Djava.awt.headless=true");
    argv.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
    if (Runtime.version().feature() >= 24) {
      argv.add("--sun-misc-unsafe-memory-access=allow");
      argv.add("--enable-native-access=ALL-UNNAMED");
    }
    boolean io = needs.kind() == ProcessNeeds.Kind.IO;
    if (io) {
      // A hundred thousand that wait are five million objects, which are copied once or twice.
      argv.add("-XX:+UseParallelGC");
      argv.add("-XX:ParallelGCThreads=2");
      argv.add("-XX:+ExitOnOutOfMemoryError"); // whichever thread meets it, all tasks are concerned
      // Carriers of virtual threads: one that spins, or is pinned, takes one of them away.
      argv.add("-Djdk.virtualThreadScheduler.parallelism=" + CARRIERS);
    } else {
      // One task at a time has one thread: a collector with more would take its neighbours' cores.
      argv.add("-XX:+UseSerialGC");
      argv.addAll(archive.use());
    }
    argv.addAll(io ? ioOptions : options);
    argv.add("-cp");
    argv.add(io ? ioClassPath : classPath);
    argv.add(io ? IO_MAIN : MAIN);
    argv.add(socket.toString());
    argv.add(cursor.toString());
    argv.add(out.toString());
    return argv;
  }
}
