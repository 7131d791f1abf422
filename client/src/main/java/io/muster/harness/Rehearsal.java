package io.muster.harness;

import io.muster.api.RangeTask;
import io.muster.api.TaskContext;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ProcessExit;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.ProcessWire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A task process that is its own worker too: {@code Rehearsal SOCKET FOLDER JAR} loads a task from
 * the jar, which is the harness's, runs it and ends. A JVM that writes an archive of its classes
 * when it ends then knows those of every task process.
 */
public final class Rehearsal {
  /** What it runs. */
  public static final class Nothing implements RangeTask<Long> {
    @Override
    public Long run(long from, long until, TaskContext context) {
      return until;
    }
  }

  private Rehearsal() {}

  public static void main(String[] args) throws IOException {
    Path socket = Path.of(args[0]);
    Path folder = Path.of(args[1]);
    Path cursor = folder.resolve("cursor");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread worker = new Thread(() -> direct(server, cursor, args[2]), "rehearsal");
    worker.setDaemon(true);
    worker.start();
    TaskProcess.main(new String[] {socket.toString(), cursor.toString(), folder.toString()});
  }

  private static void direct(ServerSocketChannel server, Path cursor, String jar) {
    try (SocketChannel channel = server.accept()) {
      InputStream in = Channels.newInputStream(channel);
      OutputStream out = Channels.newOutputStream(channel);
      JobId job = new JobId(1);
      JobSpec spec =
          new JobSpec(
              "rehearsal",
              "rehearsal",
              "",
              new Program.Java(List.of(), Nothing.class.getName(), Program.Shape.PIECES, Map.of()),
              new Inputs.Range(0, 1, 1),
              Policy.DEFAULT);
      await(in, FromProcess.Hello.class);
      ProcessWire.write(new ToProcess.Load(job, spec, List.of(jar), ""), out);
      await(in, FromProcess.Loaded.class);
      ChunkCursor.map(cursor).reset(1);
      AttemptId attempt = new AttemptId(1, 1);
      ProcessWire.write(
          new ToProcess.RunChunk(attempt, new Interval(0, 1), Values.NONE, new int[0]), out);
      await(in, FromProcess.ChunkEnded.class);
      ProcessWire.write(new ToProcess.Unload(), out);
    } catch (IOException e) {
      Runtime.getRuntime().halt(ProcessExit.BROKEN);
    }
  }

  private static void await(InputStream in, Class<?> awaited) throws IOException {
    for (FromProcess said = ProcessWire.readReport(in);
        !awaited.isInstance(said);
        said = ProcessWire.readReport(in)) {
      if (said == null) {
        throw new EOFException("no " + awaited);
      }
    }
  }
}
