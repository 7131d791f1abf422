package io.muster.worker.process;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.process.ChannelStreams;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.ProcessWire;
import io.muster.worker.state.ProcessEnd;
import io.muster.worker.state.ProcessNeeds;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task JVM: its process, its socket and its pipes. What it says is read by a thread of its own,
 * which is also the one that sees its end.
 */
public final class JvmProcess implements TaskProcess {
  private static final Logger LOG = LoggerFactory.getLogger(JvmProcess.class);
  private static final int BUFFER = 64 * 1024;
  private static final long LAST_WORDS_MILLIS = 1_000;

  /** What it is at. */
  private record Running(Interval interval, int[] tries) {}

  private final Surroundings surroundings;
  private final Listener listener;
  private final ProcessNeeds needs;
  private final String mark;
  private final Path folder;
  private final ChunkCursor cursor;
  private final ServerSocketChannel server;
  private final Path socket;

  private final Object writing = new Object();

  /** The end of what tasks wrote to standard error. */
  private volatile Tail complaints = newTail();

  private volatile @Nullable Process process;
  private volatile @Nullable OutputStream out;
  private volatile Policy policy = Policy.DEFAULT;
  private volatile @Nullable Running running;
  private volatile long reportedUntil;
  private volatile boolean killed;
  private volatile boolean timedOut;
  private volatile boolean helloSaid;

  private JvmProcess(
      Surroundings surroundings, ProcessNeeds needs, String mark, Path folder, Listener listener)
      throws IOException {
    this.surroundings = surroundings;
    this.needs = needs;
    this.listener = listener;
    this.mark = mark;
    this.folder = folder;
    this.cursor = ChunkCursor.map(folder.resolve("cursor"));
    this.socket = surroundings.sockets().resolve(mark.substring(mark.lastIndexOf('.') + 1));
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Confinement confinement = surroundings.launch().confinement();
    confinement.own(folder.resolve("cursor"), folder.resolve("tmp"), folder);
    confinement.connectable(socket);
  }

  /** Begins to start one; the listener hears how that goes. */
  public static JvmProcess start(Surroundings surroundings, ProcessNeeds needs, Listener listener)
      throws IOException {
    String mark = surroundings.marks().next();
    Path folder = surroundings.temp().resolve(mark.substring(mark.lastIndexOf('.') + 1));
    Files.createDirectories(folder.resolve("tmp"));
    JvmProcess started = new JvmProcess(surroundings, needs, mark, folder, listener);
    surroundings.nice().execute(started::launch);
    return started;
  }

  @Override
  public void load(JobId job, JobSpec spec, ProgramFiles files) {
    if (!isIo()) {
      policy = spec.policy();
    }
    complaints = newTail();
    send(
        new ToProcess.Load(
            job,
            spec,
            files.jars().stream().map(Path::toString).toList(),
            files.blobs().toString()));
  }

  /** Whether many tasks are in it at once, of which it says everything itself. */
  private boolean isIo() {
    return needs.kind() == ProcessNeeds.Kind.IO;
  }

  @Override
  public void tell(ToProcess command) {
    send(command);
  }

  private static Tail newTail() {
    return new Tail(4 * 1024);
  }

  @Override
  public void unload() {
    running = null;
    policy = Policy.DEFAULT;
    surroundings
        .threads()
        .execute(
            () -> {
              if (leftOthers()) {
                kill();
              } else {
                send(new ToProcess.Unload());
              }
            });
  }

  /** Whether processes are left that it started, or nobody can tell. */
  private boolean leftOthers() {
    try {
      Process it = process;
      return it == null || Marks.hasOther(mark, it.pid());
    } catch (RuntimeException e) {
      LOG.warn("cannot look for what task process {} started", mark, e);
      return true;
    }
  }

  @Override
  public void run(AttemptId attempt, Interval interval, Values inputs, int[] tries) {
    cursor.reset(interval.size());
    reportedUntil = interval.from();
    running = new Running(interval, tries);
    send(new ToProcess.RunChunk(attempt, interval, inputs, tries));
  }

  @Override
  public long retract(int keepPermille) {
    return cursor.retract(keepPermille);
  }

  @Override
  public long stopAt(long offset) {
    return cursor.stopAt(offset);
  }

  @Override
  public void runStep(ToWorker.RunStep step) {
    send(new ToProcess.RunStep(step.attempt(), step.step(), step.skip()));
  }

  @Override
  public void feed(Values values, boolean last) throws IOException {
    write(new ToProcess.Feed(values, last));
  }

  @Override
  public void kill() {
    if (killed) {
      return;
    }
    killed = true;
    surroundings
        .threads()
        .execute(
            () -> {
              Process it = process;
              if (it != null) {
                it.destroyForcibly();
              }
              Marks.kill(mark);
            });
  }

  @Override
  public boolean check() {
    Duration timeout = policy.timeout();
    Running chunk = running;
    if (timeout == null || chunk == null || timedOut) {
      return timeout != null;
    }
    long takenAt = cursor.takenAt();
    long next = cursor.next();
    boolean runs = next > 0 && reportedUntil < chunk.interval().from() + next;
    if (runs && System.nanoTime() - takenAt > timeout.toNanos() && cursor.next() == next) {
      timedOut = true;
      listener.timeRanOut();
    }
    return true;
  }

  // Its life, on its own threads

  private void launch() {
    try {
      Process it =
          Launch.start(
              surroundings
                  .launch()
                  .builder(
                      surroundings
                          .jvm()
                          .argv(
                              needs, socket, folder.resolve("cursor"), surroundings.out(), folder),
                      folder.resolve("tmp"),
                      mark,
                      environment(),
                      isIo()));
      process = it;
      it.getOutputStream().close();
      it.onExit().thenRun(this::stopAccepting);
      if (killed) {
        it.destroyForcibly();
      }
      surroundings.threads().execute(() -> live(it));
    } catch (IOException e) {
      LOG.warn("cannot start a task process", e);
      cleanUp();
      listener.ended(
          new ProcessEnd(
              0,
              Failure.of(
                  FailureKind.LOST, "the worker cannot start a task process: " + e.getMessage())));
    }
  }

  private Map<String, String> environment() {
    java.util.HashMap<String, String> environment = new java.util.HashMap<>();
    environment.put("TMPDIR", folder.resolve("tmp").toString());
    environment.putAll(needs.env());
    return environment;
  }

  private void live(Process it) {
    PipeReader stdout = reader(it.getInputStream(), LogStream.STDOUT);
    PipeReader stderr = reader(it.getErrorStream(), LogStream.STDERR);
    Thread[] readers = {thread(stdout, "stdout"), thread(stderr, "stderr")};
    try (SocketChannel channel = server.accept()) {
      out = new BufferedOutputStream(ChannelStreams.output(channel), BUFFER);
      it.onExit().thenRun(() -> closeLater(channel));
      listen(new BufferedInputStream(ChannelStreams.input(channel), BUFFER));
    } catch (IOException e) {
      LOG.debug("the socket of task process {} ended: {}", mark, e.toString());
    }
    finish(it, readers, stdout, stderr);
  }

  private void listen(InputStream in) throws IOException {
    for (FromProcess said = ProcessWire.readReport(in);
        said != null;
        said = ProcessWire.readReport(in)) {
      if (said instanceof FromProcess.Hello) {
        helloSaid = true;
        listener.started();
      } else {
        note(said);
        listener.said(said);
      }
    }
  }

  private void note(FromProcess said) {
    if (isIo()) {
      return;
    }
    if (said instanceof FromProcess.Reported reported) {
      reportedUntil = reported.outcomes().interval().until();
    } else if (said instanceof FromProcess.ChunkEnded) {
      running = null;
    } else if (said instanceof FromProcess.Printed printed
        && printed.stream() == LogStream.STDERR) {
      complaints.write(printed.bytes(), 0, printed.bytes().length);
    }
  }

  private void finish(Process it, Thread[] readers, PipeReader stdout, PipeReader stderr) {
    stopAccepting();
    awaitOwnEnd(it);
    if (it.isAlive()) {
      it.destroyForcibly(); // of one that has ended it would close the pipes before they are read
    }
    Marks.kill(mark);
    int code = waitFor(it);
    for (Thread reader : readers) {
      join(reader);
    }
    long taken = cursor.next();
    JvmEnd end =
        new JvmEnd(code, JvmCrash.in(folder), stdout.tail(), stderr.tail(), complaints.text());
    cleanUp();
    listener.ended(new ProcessEnd(taken, end.failure(needs, helloSaid)));
  }

  private void cleanUp() {
    stopAccepting();
    surroundings.marks().release(mark);
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.debug("cannot remove {}", socket, e);
    }
    Folders.remove(folder);
  }

  private void send(ToProcess message) {
    try {
      write(message);
    } catch (IOException e) {
      LOG.debug("task process {} hears no more: {}", mark, e.toString()); // its end is on its way
    }
  }

  private void write(ToProcess message) throws IOException {
    OutputStream to = out;
    if (to == null) {
      throw new IllegalStateException("task process " + mark + " is not up");
    }
    synchronized (writing) {
      ProcessWire.write(message, to);
      to.flush();
    }
  }

  private PipeReader reader(InputStream pipe, LogStream stream) {
    return new PipeReader(
        pipe,
        stream,
        new PipeReader.Running() {
          @Override
          public Task now() {
            return runningTask();
          }

          @Override
          public long logLimit() {
            return policy.logLimit();
          }
        },
        listener);
  }

  private PipeReader.Running.Task runningTask() {
    Running chunk = running;
    long next = cursor.next();
    if (chunk == null || next == 0) {
      return new PipeReader.Running.Task(-1, 1);
    }
    int offset = (int) (next - 1);
    int tryNumber = offset < chunk.tries().length ? chunk.tries()[offset] : 1;
    return new PipeReader.Running.Task(chunk.interval().from() + offset, tryNumber);
  }

  private Thread thread(Runnable work, String what) {
    Thread thread = new Thread(work, "process-" + mark + "-" + what);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void stopAccepting() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("cannot close {}", socket, e);
    }
  }

  /** A child may hold the socket open: its process's last words were written long before. */
  private void closeLater(SocketChannel channel) {
    java.util.concurrent.CompletableFuture.delayedExecutor(
            LAST_WORDS_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              try {
                channel.close();
              } catch (IOException e) {
                LOG.debug("cannot close the socket of {}", mark, e);
              }
            });
  }

  /** Its exit code says why it closed the socket, unless it is killed first. */
  private void awaitOwnEnd(Process it) {
    try {
      if (!killed && !it.waitFor(LAST_WORDS_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        LOG.debug("task process {} closed its socket and goes on", mark);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int waitFor(Process it) {
    while (true) {
      try {
        return it.waitFor();
      } catch (InterruptedException e) {
        LOG.debug("interrupted while a process ends", e);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
