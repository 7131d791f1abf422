package io.muster.deploy.it;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;

/**
 * The command line of the packaged coordinator, its classes loaded once into this JVM: a suite runs
 * hundreds of commands, and a JVM for each is most of what they cost. What only a process has
 * (signals, its own standard streams) needs {@link MusterCluster#cliStarted}.
 */
final class InProcessCli {
  private static final String PACKAGE = "io.muster.coordinator.cli.";

  private final Constructor<?> surroundings;
  private final Constructor<?> runner;
  private final Method execute;

  private InProcessCli() {
    try {
      URL jar = MusterCluster.jar("muster.coordinator.jar").toUri().toURL();
      @SuppressWarnings("resource") // as long as this JVM
      ClassLoader classes =
          new URLClassLoader("cli", new URL[] {jar}, ClassLoader.getPlatformClassLoader());
      Class<?> machine = classes.loadClass(PACKAGE + "Surroundings");
      Class<?> commands = classes.loadClass(PACKAGE + "CommandRunner");
      surroundings =
          machine.getDeclaredConstructor(
              InputStream.class,
              OutputStream.class,
              PrintStream.class,
              boolean.class,
              boolean.class,
              Map.class,
              Path.class,
              Path.class);
      runner = commands.getDeclaredConstructor(machine);
      execute = commands.getDeclaredMethod("execute", String[].class);
      surroundings.setAccessible(true);
      runner.setAccessible(true);
      execute.setAccessible(true);
      LogManager.getLogManager().reset(); // as the command line does for its process
    } catch (IOException | ReflectiveOperationException e) {
      throw new AssertionError("the packaged coordinator has another command line", e);
    }
  }

  private static final class Loaded {
    static final InProcessCli CLI = new InProcessCli();
  }

  /** Runs a command to its end, in this folder and with this environment. */
  static CliRun run(Path folder, Map<String, String> environment, String input, String... line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    int code = Loaded.CLI.execute(in, out, err, folder, environment, line);
    return new CliRun(
        List.of(line),
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }

  private int execute(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Path folder,
      Map<String, String> environment,
      String... line) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(runner.getDeclaringClass().getClassLoader());
    try {
      PrintStream messages = new PrintStream(err, true, StandardCharsets.UTF_8);
      Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
      Object machine =
          surroundings.newInstance(in, out, messages, false, false, environment, folder, home);
      return (int) execute.invoke(runner.newInstance(machine), (Object) line);
    } catch (InvocationTargetException e) {
      throw new AssertionError("a command threw", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
