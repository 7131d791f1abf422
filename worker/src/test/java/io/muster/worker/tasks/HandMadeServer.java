package io.muster.worker.tasks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server on loopback that does with each connection what its test says. */
final class HandMadeServer implements AutoCloseable {
  /** What becomes of a connection; it is closed afterwards. */
  interface Behaviour {
    void serve(Connection connection) throws Exception;
  }

  /** A connection. */
  static final class Connection {
    final Socket socket;
    private final BufferedReader in;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    /** The lines of the next request's head. */
    List<String> request() throws IOException {
      List<String> lines = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        lines.add(line);
      }
      return lines;
    }

    void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    void answer(String status, String headers, byte[] body) throws IOException {
      write("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length + "\r\n");
      write(headers + "\r\n");
      write(body);
    }

    void answer(String status, String headers, String body) throws IOException {
      answer(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits until the client closes it. */
    void awaitClosed() throws IOException {
      while (socket.getInputStream().read() >= 0) {
        // whatever it says
      }
    }
  }

  private final ServerSocket server;
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

  private HandMadeServer(ServerSocket server, Behaviour behaviour) {
    this.server = server;
    daemon(() -> accept(behaviour));
  }

  static HandMadeServer start(Behaviour behaviour) throws IOException {
    return start(new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress()), behaviour);
  }

  static HandMadeServer start(ServerSocket server, Behaviour behaviour) {
    return new HandMadeServer(server, behaviour);
  }

  String url() {
    return "http://" + place();
  }

  String place() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  int port() {
    return server.getLocalPort();
  }

  /** Waits until a connection is done with; what went wrong with it, or empty. */
  String ended() throws InterruptedException {
    String end = ends.poll(60, TimeUnit.SECONDS);
    if (end == null) {
      throw new AssertionError("the connection goes on");
    }
    return end;
  }

  private void accept(Behaviour behaviour) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        daemon(() -> serve(behaviour, socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Behaviour behaviour, Socket socket) {
    try (socket) {
      behaviour.serve(new Connection(socket));
      ends.add("");
    } catch (Exception e) {
      ends.add(e.toString());
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "hand-made");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
