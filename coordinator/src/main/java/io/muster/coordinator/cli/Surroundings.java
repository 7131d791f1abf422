package io.muster.coordinator.cli;

import io.muster.code.UserHome;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a command meets of the machine it runs on.
 *
 * @param out for what was asked for; not flushed by line
 * @param err for messages to people
 * @param folder where it was started
 */
record Surroundings(
    InputStream in,
    OutputStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Map<String, String> environment,
    Path folder,
    Path home) {
  private static final int USUAL_WIDTH = 80;

  static Surroundings ofThisProcess() {
    Map<String, String> environment = System.getenv();
    return new Surroundings(
        System.in,
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 64 * 1024),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        isTerminal(1),
        isTerminal(2),
        environment,
        Path.of("").toAbsolutePath(),
        UserHome.folder());
  }

  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return System.console() != null; // no /proc here
    }
  }

  /** Columns of the terminal, or a usual number of them where there is none. */
  int width() {
    File terminal = new File("/dev/tty");
    if ((!outIsTerminal && !errIsTerminal) || !terminal.canRead()) {
      return USUAL_WIDTH;
    }
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(terminal).start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0) {
        int columns = Integer.parseInt(size.strip().split(" ", 2)[1]);
        return columns > 0 ? columns : USUAL_WIDTH;
      }
    } catch (IOException | NumberFormatException e) {
      return USUAL_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return USUAL_WIDTH;
  }

  /** A line for people. */
  void say(String line) {
    err.println(line);
    err.flush();
  }

  /** A line of what was asked for. */
  void print(String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
