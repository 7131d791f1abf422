package io.muster.harness;

import io.muster.harness.Outbox.Sender;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Program;
import io.muster.protocol.Registration;
import io.muster.protocol.process.ChannelStreams;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ProcessExit;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.ProcessWire;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A JVM in which user code runs, started by a worker with three arguments: the socket it listens
 * at, the cursor's file in this process's own folder, and the folder for large values. One thread
 * reads what the worker says, one writes what there is to say, and the main thread runs user code.
 * It ends with its socket.
 */
public final class TaskProcess {
  private static final int BUFFER = 64 * 1024;

  /** Where the harness itself complains; {@code System.err} is the user's. */
  private static final PrintStream CONSOLE =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true);

  private final ChunkCursor cursor;
  private final Outbox outbox;
  private final TaskOutput output;
  private final Reports reports;
  private final EncodedValue encoded;
  private final FeedQueue feeds = new FeedQueue();
  private final BlockingQueue<ToProcess> commands = new LinkedBlockingQueue<>();
  private @Nullable ChunkRunner chunks;
  private @Nullable StepRunner steps;

  private TaskProcess(Sender sender, Path cursor, Path out) {
    this.cursor = ChunkCursor.map(cursor);
    outbox = new Outbox(sender, () -> Runtime.getRuntime().halt(ProcessExit.DONE));
    output = new TaskOutput(outbox);
    reports = new Reports(outbox);
    encoded = new EncodedValue(Objects.requireNonNull(cursor.getParent()), out);
  }

  public static void main(String[] args) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[0]));
    TaskProcess process =
        new TaskProcess(
            new SocketSender(ChannelStreams.output(channel)), Path.of(args[1]), Path.of(args[2]));
    InputStream in = new BufferedInputStream(ChannelStreams.input(channel), BUFFER);
    try {
      process.live(in);
    } catch (OutOfMemoryError e) {
      process.endWithoutMemory();
    } catch (Throwable e) {
      e.printStackTrace(CONSOLE);
      Runtime.getRuntime().halt(ProcessExit.BROKEN);
    }
  }

  private void live(InputStream in) throws InterruptedException {
    start("muster-outbox", outbox);
    outbox.postNow(
        new FromProcess.Hello(ProcessHandle.current().pid(), Registration.PROTOCOL_VERSION));
    System.setOut(output.out());
    System.setErr(output.err());
    start("muster-inbox", () -> listen(in));
    while (true) {
      obey(commands.take());
    }
  }

  private void obey(ToProcess command) {
    if (command instanceof ToProcess.Load load) {
      load(load);
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
      if (!(load.spec().program() instanceof Program.Java java)) {
        throw new IllegalStateException("not a Java program: " + load.spec().program());
      }
      output.limit(load.spec().policy().logLimit());
      List<Path> jars = load.jars().stream().map(Path::of).toList();
      ClassLoader loader = new ProgramLoader(jars);
      Thread.currentThread().setContextClassLoader(loader);
      ProgramClass programClass = ProgramClass.find(loader, jars, java.className());
      RunningTask context = new RunningTask(java.args(), load.job().value(), output);
      LoadedProgram program =
          new LoadedProgram(
              make(programClass),
              programClass,
              load.spec(),
              loader,
              context,
              Path.of(load.blobs()));
      chunks = new ChunkRunner(program, cursor, reports, encoded);
      steps = new StepRunner(program, outbox, feeds, encoded);
      outbox.postNow(new FromProcess.Loaded());
    } catch (UnusableProgramException e) {
      endUnloaded(Failure.of(FailureKind.REJECTED, String.valueOf(e.getMessage())));
    } catch (UnmadeException e) {
      endUnloaded(e.failure);
    }
  }

  /** Runs the user's static initialisers and constructor. */
  private static Object make(ProgramClass programClass) throws UnmadeException {
    try {
      return programClass.newInstance();
    } catch (Throwable e) {
      Failures.rethrowIfOutOfMemory(e);
      throw new UnmadeException(programClass.name(), e);
    }
  }

  /** The user's constructor, or an initialiser, threw. */
  private static final class UnmadeException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    UnmadeException(String className, Throwable thrown) {
      super(thrown);
      Failure why = Failures.of(thrown);
      failure =
          new Failure(
              FailureKind.REJECTED,
              why.type(),
              "class %s can't be made: %s: %s".formatted(className, why.type(), why.message()),
              why.stackTrace(),
              null,
              null,
              "");
    }
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

  private void listen(InputStream in) {
    try {
      while (true) {
        ToProcess command = ProcessWire.readCommand(in);
        if (command == null) {
          Runtime.getRuntime().halt(ProcessExit.DONE);
        } else if (command instanceof ToProcess.Feed feed) {
          feeds.put(feed);
        } else {
          commands.add(command);
        }
      }
    } catch (IOException e) {
      Runtime.getRuntime().halt(ProcessExit.DONE);
    } catch (OutOfMemoryError e) {
      Runtime.getRuntime().halt(ProcessExit.OUT_OF_MEMORY);
    } catch (Throwable e) {
      e.printStackTrace(CONSOLE);
      Runtime.getRuntime().halt(ProcessExit.BROKEN);
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes messages to the worker's socket. For the outbox's thread. */
  private static final class SocketSender implements Sender {
    private final OutputStream out;

    SocketSender(OutputStream out) {
      this.out = new BufferedOutputStream(out, BUFFER);
    }

    @Override
    public void send(FromProcess message) throws IOException {
      ProcessWire.write(message, out);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
