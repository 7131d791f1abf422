package io.muster.deploy.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Listens at one address and carries every connection to another, both ways, and can put other
 * bytes in the place of some: how a node of another version looks from the wire. Threads of its
 * own; any thread may call.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket server;
  private volatile InetSocketAddress to;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile Replacement replacement = new Replacement(new byte[0], new byte[0]);

  /** Bytes, and as many others. */
  private record Replacement(byte[] these, byte[] others) {}

  private Relay(ServerSocket server, InetSocketAddress to) {
    this.server = server;
    this.to = to;
  }

  static Relay open(InetSocketAddress at, InetSocketAddress to) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(at);
    Relay relay = new Relay(server, to);
    start("relay " + at, relay::accept);
    return relay;
  }

  /** From now on, on all connections; wherever the bytes are cut on their way. */
  void replace(byte[] these, byte[] others) {
    if (these.length != others.length) {
      throw new IllegalArgumentException(these.length + " bytes are not " + others.length);
    }
    replacement = new Replacement(these, others);
  }

  /** From now on everything goes through as it is. */
  void replaceNothing() {
    replace(new byte[0], new byte[0]);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Where connections lead that are made from now on. */
  void leadTo(InetSocketAddress to) {
    this.to = to;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        sockets.add(client);
        start("relay to " + to, () -> connect(client));
      }
    } catch (IOException e) {
      // closed: that is its end
    }
  }

  private void connect(Socket client) {
    Socket target = new Socket();
    sockets.add(target);
    try {
      target.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      target.connect(to);
      start("relay from " + to, () -> carry(target, client));
      carry(client, target);
    } catch (IOException e) {
      end(client, target); // nobody is there: the client sees that its connection ends
    }
  }

  private void carry(Socket from, Socket into) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      byte[] held = {};
      for (int count; (count = in.read(buffer)) >= 0; ) {
        held = pass(join(held, buffer, count), out);
        out.flush();
      }
    } catch (IOException e) {
      // one side is gone, so the other one goes
    } finally {
      end(from, into);
    }
  }

  private static byte[] join(byte[] first, byte[] then, int count) {
    byte[] joined = Arrays.copyOf(first, first.length + count);
    System.arraycopy(then, 0, joined, first.length, count);
    return joined;
  }

  /** Passes on what can't be the beginning of what is to be replaced; returns the rest. */
  private byte[] pass(byte[] bytes, OutputStream out) throws IOException {
    byte[] these = replacement.these();
    byte[] others = replacement.others();
    ByteArrayOutputStream passed = new ByteArrayOutputStream(bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int fits = beginning(bytes, at, these);
      if (fits == these.length && fits > 0) {
        passed.write(others);
        at += fits;
      } else if (fits > 0 && at + fits == bytes.length) {
        break;
      } else {
        passed.write(bytes[at++]);
      }
    }
    passed.writeTo(out);
    return Arrays.copyOfRange(bytes, at, bytes.length);
  }

  /** How many of {@code these} are at that place. */
  private static int beginning(byte[] bytes, int at, byte[] these) {
    int count = 0;
    while (count < these.length && at + count < bytes.length && bytes[at + count] == these[count]) {
      count++;
    }
    return count;
  }

  private void end(Socket... both) {
    for (Socket socket : both) {
      sockets.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        // it is of no more use anyway
      }
    }
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    end(sockets.toArray(Socket[]::new));
  }
}
