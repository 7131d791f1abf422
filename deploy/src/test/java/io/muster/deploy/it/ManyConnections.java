package io.muster.deploy.it;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Connections to this machine's ports, each of which says some garbage and then stays. */
final class ManyConnections implements AutoCloseable {
  /** Files that a test's JVM has open for itself. */
  private static final int OTHER_FILES = 1_000;

  private static final int LONGEST = 200;
  private static final int AT_ONCE = 500;

  private final int all;
  private final Random random = new Random(7);
  private final List<SocketChannel> open = new ArrayList<>();
  private int wanted;
  private int opened;

  /** Fewer when this machine does not let a process have so many files open, and says so. */
  ManyConnections(int all) {
    long most =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount() - OTHER_FILES
            : all;
    this.all = (int) Math.max(100, Math.min(all, most));
    if (this.all < all) {
      System.out.println("only " + this.all + " connections: the limit of open files is low");
    }
  }

  /** Opens a part of them. */
  void open(int port, int percent) throws IOException {
    int more = all / 100 * percent;
    wanted += more;
    try (Selector selector = Selector.open()) {
      while (more > 0) {
        int now = Math.min(AT_ONCE, more);
        for (int i = 0; i < now; i++) {
          SocketChannel channel = SocketChannel.open();
          open.add(channel);
          channel.configureBlocking(false);
          channel.connect(new InetSocketAddress("127.0.0.1", port));
          channel.register(selector, SelectionKey.OP_CONNECT);
        }
        connect(selector, now);
        more -= now;
      }
    }
  }

  private void connect(Selector selector, int count) throws IOException {
    for (int rest = count; rest > 0; ) {
      selector.select();
      for (SelectionKey key : selector.selectedKeys()) {
        talk((SocketChannel) key.channel());
        key.cancel();
        rest--;
      }
      selector.selectedKeys().clear();
    }
  }

  private void talk(SocketChannel channel) {
    byte[] garbage = new byte[random.nextInt(LONGEST)];
    random.nextBytes(garbage);
    if (garbage.length > 5 && random.nextBoolean()) { // the beginning of what TLS would say
      System.arraycopy(new byte[] {22, 3, 1, 1, 0}, 0, garbage, 0, 5);
    }
    opened++;
    try {
      channel.finishConnect();
      channel.write(ByteBuffer.wrap(garbage));
    } catch (IOException e) {
      // Cut off already: it was one too many.
    }
  }

  int wanted() {
    return wanted;
  }

  int opened() {
    return opened;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel each : open) {
      each.close();
    }
  }
}
