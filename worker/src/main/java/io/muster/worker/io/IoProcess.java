package io.muster.worker.io;

import com.typesafe.config.ConfigFactory;
import io.muster.harness.IoLog;
import io.muster.harness.IoProgram;
import io.muster.harness.IoProgram.UnloadableException;
import io.muster.harness.Outbox;
import io.muster.harness.ProgramLoader;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.IoNames;
import io.muster.protocol.JobId;
import io.muster.protocol.Program;
import io.muster.protocol.Registration;
import io.muster.protocol.process.ChannelStreams;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ProcessExit;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.ProcessWire;
import io.muster.worker.tasks.BuiltIn;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;

/**
 * A JVM in which a worker's I/O tasks run, started with the same arguments as one for compute
 * tasks: an actor system of its own, an actor for each job and for each task. One thread reads what
 * the worker says, one writes what there is to say. It ends with its socket.
 */
public final class IoProcess {
  private static final int BUFFER = 64 * 1024;
  private static final long LOOK_MILLIS = 250;

  private final Outbox outbox;
  private final Path unfinished;
  private final Path out;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(IoProcess::daemon);
  private final ExecutorService threads = TaskThreads.start(timer);
  private final UserCode.Watch watch = new UserCode.Watch();
  private final ActorSystem<SpawnProtocol.Command> system =
      ActorSystem.create(
          SpawnProtocol.create(),
          "muster-io",
          ConfigFactory.parseResources(IoProcess.class, "io.conf")
              .withFallback(ConfigFactory.load()));
  private final Map<JobId, ActorRef<IoJobActor.Command>> jobs = new ConcurrentHashMap<>();
  private final Map<ClassLoader, RunningIoTask> printers = new ConcurrentHashMap<>();
  private final Map<JobId, ClassLoader> loaders = new ConcurrentHashMap<>();

  private IoProcess(Outbox.Sender sender, Path unfinished, Path out) {
    outbox = new Outbox(sender, () -> Runtime.getRuntime().halt(ProcessExit.DONE));
    this.unfinished = unfinished;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(args[0]));
    OutputStream to = new BufferedOutputStream(ChannelStreams.output(channel), BUFFER);
    Path own = Path.of(args[1]).toAbsolutePath().getParent();
    IoProcess process =
        new IoProcess(
            new Outbox.Sender() {
              @Override
              public void send(FromProcess message) throws IOException {
                ProcessWire.write(message, to);
              }

              @Override
              public void flush() throws IOException {
                to.flush();
              }
            },
            own == null ? Path.of(".") : own,
            Path.of(args[2]));
    process.live(new BufferedInputStream(ChannelStreams.input(channel), BUFFER));
  }

  private void live(InputStream in) {
    Thread writer = new Thread(outbox, "muster-outbox");
    writer.setDaemon(true);
    writer.start();
    UserCode.takePrints(loader -> loader == null ? null : printers.get(loader));
    Runtime.getRuntime().addShutdownHook(new Thread(outbox::drain, "muster-last-words"));
    var unused =
        timer.scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    outbox.postNow(
        new FromProcess.Hello(ProcessHandle.current().pid(), Registration.PROTOCOL_VERSION));
    try {
      for (ToProcess command = ProcessWire.readCommand(in);
          command != null;
          command = ProcessWire.readCommand(in)) {
        obey(command);
      }
      Runtime.getRuntime().halt(ProcessExit.DONE);
    } catch (IOException e) {
      Runtime.getRuntime().halt(ProcessExit.DONE);
    } catch (Throwable e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(ProcessExit.BROKEN);
    }
  }

  private void obey(ToProcess command) {
    if (command instanceof ToProcess.Load load) {
      var unused = threads.submit(() -> load(load));
    } else if (command instanceof ToProcess.OfJob of) {
      ActorRef<IoJobActor.Command> job = jobs.get(of.job());
      if (of.command() instanceof ToProcess.RunChunk chunk && job != null) {
        job.tell(new IoJobActor.Run(chunk));
      } else if (of.command() instanceof ToProcess.Unload) {
        unload(of.job());
      }
    } else if (command instanceof ToProcess.Drop drop) {
      jobs.values().forEach(job -> job.tell(new IoJobActor.Drop(drop.attempt())));
    } else if (command instanceof ToProcess.Stop stop) {
      jobs.values()
          .forEach(
              job ->
                  job.tell(new IoJobActor.Stop(stop.attempt(), stop.index(), stop.onlyWaiting())));
    } else {
      throw new IllegalStateException("nothing for a process of I/O tasks: " + command);
    }
  }

  private void load(ToProcess.Load load) {
    JobId id = load.job();
    try {
      String builtIn = load.spec().program() instanceof Program.Io io ? builtIn(io) : null;
      List<Path> jars = load.jars().stream().map(Path::of).toList();
      IoProgram program =
          IoProgram.load(
              load.spec(),
              jars,
              builtIn,
              new IoProgram.Places(Path.of(load.blobs()), unfinished, out));
      ActorRef<IoJobActor.Command> job =
          AskPattern.<SpawnProtocol.Command, ActorRef<IoJobActor.Command>>ask(
                  system,
                  reply ->
                      new SpawnProtocol.Spawn<>(
                          IoJobActor.create(id, load.spec(), program, threads, watch, outbox),
                          "job-" + id.value(),
                          org.apache.pekko.actor.typed.Props.empty(),
                          reply),
                  java.time.Duration.ofSeconds(20),
                  system.scheduler())
              .toCompletableFuture()
              .join();
      jobs.put(id, job);
      if (program.loader() instanceof ProgramLoader loader) {
        loaders.put(id, loader);
        printers.put(loader, nobody(id, load.spec().policy().logLimit()));
      }
      outbox.postNow(new FromProcess.OfJob(id, new FromProcess.Loaded()));
    } catch (UnloadableException e) {
      outbox.postNow(new FromProcess.OfJob(id, new FromProcess.LoadFailed(e.failure())));
    }
  }

  /** Whose the prints of a job are that no task is known to have printed. */
  private RunningIoTask nobody(JobId id, long limit) {
    return new RunningIoTask(
        Map.of(),
        id.value(),
        -1,
        1,
        new IoLog(
            -1,
            1,
            limit,
            piece -> outbox.post(new FromProcess.OfJob(id, piece), piece.bytes().length + 40)));
  }

  private static String builtIn(Program.Io io) throws UnloadableException {
    @Nullable String name = BuiltIn.className(io.name());
    if (name == null) {
      throw IoProgram.unloadable(Failure.of(FailureKind.REJECTED, IoNames.unknown(io.name())));
    }
    return name;
  }

  private void unload(JobId id) {
    ActorRef<IoJobActor.Command> job = jobs.remove(id);
    if (job != null) {
      job.tell(IoJobActor.Unload.UNLOAD);
    }
    ClassLoader loader = loaders.remove(id);
    if (loader != null) {
      RunningIoTask printer = printers.remove(loader);
      if (printer != null) {
        printer.end();
      }
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "muster-timer");
    thread.setDaemon(true);
    return thread;
  }
}
