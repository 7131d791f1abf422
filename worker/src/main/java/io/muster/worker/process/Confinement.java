package io.muster.worker.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What the system keeps task processes from: they run as another user than the worker, without a
 * network, in a control group; each only if asked for. The programs {@code setpriv} and {@code
 * unshare} of util-linux and a shell do it, and become the task's program themselves: so that
 * nothing that a task starts can be outside.
 *
 * @param user empty: the worker's own
 * @param network whether commands and compute processes have one; processes for I/O tasks always do
 * @param cgroup folder of the control group that they are put into
 */
public record Confinement(Optional<User> user, boolean network, Optional<Path> cgroup) {
  /** They may do what the worker may. */
  public static final Confinement NONE = new Confinement(Optional.empty(), true, Optional.empty());

  private static final Set<PosixFilePermission> PASSED =
      PosixFilePermissions.fromString("rwx--x---");
  private static final Set<PosixFilePermission> SHARED =
      PosixFilePermissions.fromString("rwxrwx---");
  private static final Set<PosixFilePermission> READ = PosixFilePermissions.fromString("rw-r-----");
  private static final Set<PosixFilePermission> SOCKET =
      PosixFilePermissions.fromString("rw-rw----");
  private static final long PATIENCE_SECONDS = 30;

  /** Enters the control group, then runs the rest. */
  private static final String ENTER =
      "echo $$ >\"$0\" || { echo \"muster: the control group takes no process\" >&2; exit 125; };"
          + " exec \"$@\"";

  /** An account of this machine. */
  public record User(String name, String group, String home) {
    /**
     * The one of this name.
     *
     * @throws IOException with one line when there is none
     */
    public static User of(String name) throws IOException {
      String entry = said(List.of("getent", "passwd", name), "there is no user '" + name + "'");
      String[] fields = entry.split(":", -1);
      if (fields.length < 6) {
        throw new IOException("there is no user '" + name + "'");
      }
      if (fields[2].equals("0")) {
        throw new IOException("'" + name + "' may do everything: name another user");
      }
      String group = said(List.of("getent", "group", fields[3]), "its group is not known");
      return new User(fields[0], group.substring(0, group.indexOf(':')), fields[5]);
    }
  }

  boolean isWrapped(boolean needsNetwork) {
    return user.isPresent() || cgroup.isPresent() || (!network && !needsNetwork);
  }

  /** The command that runs this one so. */
  List<String> argv(List<String> argv, boolean needsNetwork) {
    List<String> all = new ArrayList<>();
    cgroup.ifPresent(it -> all.addAll(List.of("sh", "-c", ENTER, members(it).toString())));
    if (!network && !needsNetwork) {
      all.addAll(List.of("unshare", "--net", "--"));
    }
    user.ifPresent(
        it ->
            all.addAll(
                List.of(
                    "setpriv",
                    "--reuid=" + it.name(),
                    "--regid=" + it.group(),
                    "--init-groups",
                    "--no-new-privs",
                    "--inh-caps=-all",
                    "--")));
    all.addAll(argv);
    return all;
  }

  /** What stands in the environment for another user. */
  Map<String, String> environment() {
    return user.map(it -> Map.of("USER", it.name(), "HOME", it.home())).orElse(Map.of());
  }

  private static Path members(Path cgroup) {
    return cgroup.resolve("cgroup.procs");
  }

  /** The task's own: it may do there what it likes. */
  void own(Path... files) throws IOException {
    for (Path file : files) {
      if (user.isPresent()) {
        view(file).setOwner(user(file, user.get().name()));
        group(file);
      }
    }
  }

  /** Tasks may go through this folder to what they know the name of. */
  void pass(Path folder) throws IOException {
    grant(folder, PASSED);
  }

  /** Tasks may read this file of the worker's. */
  public void readable(Path file) throws IOException {
    grant(file, READ);
  }

  /** Tasks may connect to it. */
  void connectable(Path socket) throws IOException {
    grant(socket, SOCKET);
  }

  private void grant(Path file, Set<PosixFilePermission> permissions) throws IOException {
    if (user.isPresent()) {
      group(file);
      view(file).setPermissions(permissions);
    }
  }

  private void group(Path file) throws IOException {
    view(file)
        .setGroup(
            file.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(user.orElseThrow().group()));
  }

  private static java.nio.file.attribute.UserPrincipal user(Path file, String name)
      throws IOException {
    return file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
  }

  private static PosixFileAttributeView view(Path file) {
    return Files.getFileAttributeView(file, PosixFileAttributeView.class);
  }

  /**
   * Makes the worker's folders usable by tasks, and tries with a process whether all of it works.
   *
   * @param passed folders that tasks go through
   * @param shared folder in which they leave files
   * @param read files that they have to read
   * @throws IOException with one line that says what does not
   */
  public void prepare(List<Path> passed, Path shared, List<Path> read) throws IOException {
    if (cgroup.isPresent() && !Files.isWritable(members(cgroup.get()))) {
      throw new IOException(cgroup.get() + " is no control group that can be written");
    }
    for (Path folder : passed) {
      pass(folder);
    }
    grant(shared, SHARED);
    if (!isWrapped(false)) {
      return;
    }
    List<String> check =
        new ArrayList<>(List.of("sh", "-c", "for f; do head -c1 \"$f\" || exit 1; done", "sh"));
    read.forEach(file -> check.add(file.toString()));
    said(argv(check, false), "it cannot be done");
    if (user.isPresent()) {
      requireSeen();
    }
  }

  /** The worker finds processes by their environment, which not every root may read. */
  private void requireSeen() throws IOException {
    String mark = "probe-" + ProcessHandle.current().pid() + ".1";
    ProcessBuilder builder = new ProcessBuilder(argv(List.of("cat"), false));
    builder.environment().clear();
    builder.environment().put("PATH", String.valueOf(System.getenv("PATH")));
    builder.environment().put(MarkedProcesses.VARIABLE, mark);
    Process probe = builder.directory(Path.of("/").toFile()).start();
    try {
      // What it repeats shows that it is the program now and no longer what runs it.
      probe.getOutputStream().write('\n');
      probe.getOutputStream().flush();
      if (probe.getInputStream().read() < 0 || MarkedProcesses.find(mark::equals).isEmpty()) {
        throw new IOException(
            "this worker cannot see that user's processes, and could not end them (in a container"
                + " it needs the capability SYS_PTRACE)");
      }
    } finally {
      probe.destroyForcibly();
    }
  }

  private static String said(List<String> argv, String otherwise) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(argv).directory(Path.of("/").toFile()).start();
    } catch (IOException e) {
      throw new IOException(otherwise + ": " + argv.get(0) + " is missing (util-linux)", e);
    }
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
        return out.strip();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    String why = err.lines().findFirst().orElse("");
    throw new IOException(why.isEmpty() ? otherwise : otherwise + ": " + why);
  }
}
