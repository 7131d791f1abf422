package io.muster.worker.io;

import com.typesafe.config.ConfigFactory;
import io.muster.harness.Outbox;
import io.muster.node.log.NodeLog;
import io.muster.protocol.Registration;
import io.muster.protocol.process.ChannelStreams;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A JVM in which a worker's I/O tasks run, started with the same arguments as one for compute
 * tasks: an actor system of its own, an actor for each job and for each task. One thread reads what
 * the worker says, one writes what there is to say. It ends with its socket.
 */
public final class IoProcess {
  private static final int BUFFER = 64 * 1024;
  private static final long LOOK_MILLIS = 250;
  private static final long LAST_WORDS_MILLIS = 1_000;

  /** Where the process itself complains; {@code System.err} is the user's. */
  private static final PrintStream CONSOLE =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true);

  private final Outbox outbox;
  private final ActorSystem<IoJobs.Command> jobs;

  private IoProcess(Outbox outbox, IoJobs.Folders folders) {
    this.outbox = outbox;
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "muster-timer"));
    StartWatch watch = new StartWatch();
    var unused =
        timer.scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    Prints prints = new Prints();
    prints.takeOver();
    IoJob.Surroundings in =
        new IoJob.Surroundings(
            new TaskThreads(timer), watch, prints, outbox, this::endWithoutMemory);
    jobs =
        ActorSystem.create(
            IoJobs.create(in, folders),
            "muster-io",
            ConfigFactory.parseResources(IoProcess.class, "io.conf")
                .withFallback(ConfigFactory.load()));
    jobs.getWhenTerminated().thenRun(() -> Runtime.getRuntime().halt(ProcessExit.BROKEN));
  }

  public static void main(String[] args) {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught(e));
    NodeLog.warningsToStandardError();
    try {
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[0]));
      Outbox outbox =
          new Outbox(
              sender(ChannelStreams.output(channel)),
              () -> Runtime.getRuntime().halt(ProcessExit.DONE));
      daemon(outbox, "muster-outbox").start();
      Path own = Path.of(args[1]).toAbsolutePath().getParent();
      Path out = Path.of(args[2]);
      new IoProcess(outbox, new IoJobs.Folders(own == null ? out : own, out))
          .live(new BufferedInputStream(ChannelStreams.input(channel), BUFFER));
    } catch (IOException e) {
      Runtime.getRuntime().halt(ProcessExit.DONE); // the worker is gone
    } catch (Throwable e) {
      broken(e);
    }
  }

  private void live(InputStream in) throws IOException {
    // what a task printed before it called System.exit says why
    Runtime.getRuntime().addShutdownHook(new Thread(outbox::drain, "muster-last-words"));
    outbox.postNow(
        new FromProcess.Hello(ProcessHandle.current().pid(), Registration.PROTOCOL_VERSION));
    for (ToProcess command = ProcessWire.readCommand(in);
        command != null;
        command = ProcessWire.readCommand(in)) {
      jobs.tell(new IoJobs.Told(command));
    }
    Runtime.getRuntime().halt(ProcessExit.DONE);
  }

  /** What could be reported still is, if that takes no time; nothing else can be relied on. */
  private void endWithoutMemory() {
    try {
      Thread lastWords = daemon(outbox::drain, "muster-last-words");
      lastWords.start();
      lastWords.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(ProcessExit.OUT_OF_MEMORY);
    }
  }

  private static void uncaught(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      Runtime.getRuntime().halt(ProcessExit.OUT_OF_MEMORY);
    }
    e.printStackTrace(); // the user's thread, as far as is known, and the user's to see
  }

  private static void broken(Throwable e) {
    e.printStackTrace(CONSOLE);
    Runtime.getRuntime().halt(ProcessExit.BROKEN);
  }

  private static Outbox.Sender sender(OutputStream socket) {
    OutputStream out = new BufferedOutputStream(socket, BUFFER);
    return new Outbox.Sender() {
      @Override
      public void send(FromProcess message) throws IOException {
        ProcessWire.write(message, out);
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }
    };
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
