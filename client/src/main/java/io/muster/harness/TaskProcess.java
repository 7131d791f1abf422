package io.muster.harness;

import io.muster.calls.CallDecoder;
import io.muster.harness.Outbox.Sender;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Program;
import io.muster.protocol.Registration;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ProcessExit;
import io.muster.protocol.process.ToProcess;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A JVM in which user code runs, started by a worker with three arguments: the socket it listens
 * at, the cursor's file in this process's own folder, and the folder for large values. The main
 * thread runs user code; one thread reads what the worker says meanwhile, one writes what there is
 * to say meanwhile. It ends with its socket.
 */
public final class TaskProcess {
  private static final int BUFFER = 64 * 1024;
  private static final Set<String> JVM_GROUPS = Set.of("system", "InnocuousThreadGroup");

  /** Where the harness itself complains; {@code System.err} is the user's. */
  private static final PrintStream CONSOLE =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true);

  private final ChunkCursor cursor;
  private final Outbox outbox;
  private final TaskOutput output;
  private final Reports reports;
  private final EncodedValue encoded;
  private final FeedQueue feeds = new FeedQueue();
  private final Set<Thread> own = ConcurrentHashMap.newKeySet();
  private @Nullable ProgramLoader loader;
  private @Nullable Chunks chunks;
  private @Nullable StepRunner steps;

  private TaskProcess(Sender sender, Path cursor, Path out) {
    this.cursor = ChunkCursor.map(cursor);
    outbox = new Outbox(sender, TaskProcess::end);
    output = new TaskOutput(outbox);
    reports = new Reports(outbox);
    encoded = new EncodedValue(Objects.requireNonNull(cursor.getParent()), out);
  }

  public static void main(String[] args) throws IOException {
    System.setProperty("io.muster.task-process", "true"); // read by Muster.local
    WorkerSocket socket = new WorkerSocket(Path.of(args[0]));
    TaskProcess process = new TaskProcess(socket, Path.of(args[1]), Path.of(args[2]));
    InputStream in = new BufferedInputStream(socket.input(), BUFFER);
    try {
      process.live(in);
    } catch (OutOfMemoryError e) {
      process.endWithoutMemory();
    } catch (Throwable e) {
      e.printStackTrace(CONSOLE);
      Runtime.getRuntime().halt(ProcessExit.BROKEN);
    }
  }

  private void live(InputStream in) throws IOException {
    own.add(Thread.currentThread());
    start("muster-outbox", outbox);
    outbox.postNow(
        new FromProcess.Hello(ProcessHandle.current().pid(), Registration.PROTOCOL_VERSION));
    System.setOut(output.out());
    System.setErr(output.err());
    Inbox inbox = new Inbox(in, feeds, TaskProcess::end);
    start("muster-inbox", () -> guarded(inbox));
    // what a task printed before it called System.exit says why
    Runtime.getRuntime().addShutdownHook(new Thread(outbox::drain, "muster-last-words"));
    while (true) {
      obey(inbox.take());
    }
  }

  private void obey(ToProcess command) throws IOException {
    if (command instanceof ToProcess.Load load) {
      load(load);
    } else if (command instanceof ToProcess.Unload) {
      unload();
    } else if (command instanceof ToProcess.RunChunk chunk && chunks != null) {
      chunks.run(chunk);
    } else if (command instanceof ToProcess.RunStep step && steps != null) {
      steps.run(step);
    } else {
      throw new IllegalStateException("told to run before a program was loaded: " + command);
    }
  }

  private void load(ToProcess.Load load) {
    try {
      output.limit(load.spec().policy().logLimit());
      List<Path> jars = load.jars().stream().map(Path::of).toList();
      ProgramLoader loader = new ProgramLoader(jars);
      this.loader = loader;
      Thread.currentThread().setContextClassLoader(loader);
      Program program = load.spec().program();
      if (program instanceof Program.Java java) {
        loadClass(load, java, jars, loader);
      } else if (program instanceof Program.Calls calls) {
        loadCalls(load, calls, loader);
      } else {
        throw new IllegalStateException("not a program of Java: " + program);
      }
      outbox.postNow(new FromProcess.Loaded());
    } catch (UnusableProgramException e) {
      endUnloaded(Failure.of(FailureKind.REJECTED, String.valueOf(e.getMessage())));
    } catch (UnmadeException e) {
      endUnloaded(e.failure());
    }
  }

  /** Nothing of the program is left but what it did to the JVM as a whole. */
  private void unload() throws IOException {
    chunks = null;
    steps = null;
    output.end();
    reports.jobOver();
    JsonInUse.forget();
    Thread.currentThread().setContextClassLoader(TaskProcess.class.getClassLoader());
    if (loader != null) {
      loader.close();
      loader = null;
    }
    if (isAnyThreadLeft()) {
      outbox.drain();
      Runtime.getRuntime().halt(ProcessExit.DONE);
    }
    System.setOut(output.out());
    System.setErr(output.err());
    outbox.postNow(new FromProcess.Unloaded());
  }

  /** Whether anything runs that is neither the JVM's nor ours. */
  private boolean isAnyThreadLeft() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      ThreadGroup group = thread.getThreadGroup();
      if (group != null && !own.contains(thread) && !JVM_GROUPS.contains(group.getName())) {
        return true;
      }
    }
    return false;
  }

  private void loadClass(
      ToProcess.Load load, Program.Java java, List<Path> jars, ClassLoader loader)
      throws UnusableProgramException, UnmadeException {
    ProgramClass programClass = ProgramClass.find(loader, jars, java.className());
    RunningTask context = new RunningTask(java.args(), load.job().value(), output);
    LoadedProgram program =
        new LoadedProgram(
            ProgramStart.make(programClass),
            programClass,
            load.spec(),
            loader,
            context,
            Path.of(load.blobs()));
    chunks = new ChunkRunner(program, cursor, reports, encoded);
    steps = new StepRunner(program, outbox, feeds, encoded);
  }

  private void loadCalls(ToProcess.Load load, Program.Calls calls, ClassLoader loader)
      throws UnmadeException {
    CallDecoder decoder = new CallDecoder(loader);
    ProgramStart.setUp(decoder, calls.setup());
    chunks =
        new CallRunner(
            decoder,
            new RunningTask(Map.of(), load.job().value(), output),
            cursor,
            reports,
            encoded,
            load.spec().policy().resultLimit(),
            Path.of(load.blobs()));
  }

  private void endUnloaded(Failure failure) {
    output.end();
    outbox.postNow(new FromProcess.LoadFailed(failure));
    outbox.drain();
    Runtime.getRuntime().halt(ProcessExit.DONE);
  }

  /** What could be reported still is; nothing else here can be relied on. */
  private void endWithoutMemory() {
    try {
      chunks = null;
      steps = null;
      outbox.drain();
    } finally {
      Runtime.getRuntime().halt(ProcessExit.OUT_OF_MEMORY);
    }
  }

  private static void end() {
    Runtime.getRuntime().halt(ProcessExit.DONE);
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (OutOfMemoryError e) {
      Runtime.getRuntime().halt(ProcessExit.OUT_OF_MEMORY);
    } catch (Throwable e) {
      e.printStackTrace(CONSOLE);
      Runtime.getRuntime().halt(ProcessExit.BROKEN);
    }
  }

  private void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    own.add(thread);
    thread.start();
  }
}
