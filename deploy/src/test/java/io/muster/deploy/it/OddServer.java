package io.muster.deploy.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that does to each path what its name says, and counts. */
final class OddServer implements AutoCloseable {
  private final ServerSocket server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "odd-server");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Long> firstAsked = new ConcurrentHashMap<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();

  OddServer() {
    try {
      server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  String place() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  String url(String path) {
    return "http://" + place() + "/" + path;
  }

  /** How many slow requests were under way at the same time. */
  int mostAtOnce() {
    return mostAtOnce.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      String first = in.readLine();
      for (String line = first; line != null && !line.isEmpty(); ) {
        line = in.readLine();
      }
      if (first != null) {
        answer(first.split(" ", -1)[1].substring(1), socket);
      }
    } catch (IOException e) {
      // whoever asked has left
    }
  }

  private void answer(String path, Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    switch (path.replaceAll("\\d", "")) {
      case "never" -> awaitClosed(socket);
      case "reset" -> socket.setSoLinger(true, 0);
      case "headers" -> {
        say(out, "HTTP/1.1 200 OK\r\n");
        endless(out, "X-More: " + "x".repeat(1000) + "\r\n");
      }
      case "body" -> {
        say(out, "HTTP/1.1 200 OK\r\n\r\n");
        endless(out, "x".repeat(10_000));
      }
      case "garbage" -> say(out, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
      case "circle-a" -> status(out, "301 Moved", "Location: /circle-b\r\n");
      case "circle-b" -> status(out, "301 Moved", "Location: /circle-a\r\n");
      case "busy" -> busy(path, out);
      case "slow" -> {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        pause();
        atOnce.decrementAndGet(); // before whoever asked can ask again
        status(out, "200 OK", "");
      }
      default -> status(out, "200 OK", "");
    }
  }

  /** The first time it asks to be left alone for a second, and after that second it answers. */
  private void busy(String path, OutputStream out) throws IOException {
    long now = System.nanoTime();
    Long before = firstAsked.putIfAbsent(path, now);
    if (before == null || now - before < 1_000_000_000L) {
      status(out, "429 Too Many Requests", "Retry-After: 1\r\n");
    } else {
      status(out, "200 OK", "");
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void status(OutputStream out, String status, String headers) throws IOException {
    say(out, "HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n" + headers + "Connection: close");
    say(out, "\r\n\r\nok");
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static void endless(OutputStream out, String text) throws IOException {
    while (true) {
      say(out, text);
    }
  }

  private static void awaitClosed(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // whatever it says
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
