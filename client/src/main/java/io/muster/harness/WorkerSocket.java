package io.muster.harness;

import io.muster.protocol.process.FromProcess;
import io.muster.protocol.wire.ProcessWire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The socket between this process and its worker. It does not block, since a channel that does is
 * closed when a thread that uses it is interrupted, as user code may do with the thread that runs
 * it. One thread reads, one at a time writes.
 */
final class WorkerSocket extends OutputStream implements Outbox.Sender {
  private static final int BUFFER = 64 * 1024;

  private final SocketChannel channel;
  private final Selector readable = Selector.open();
  private final Selector writable = Selector.open();
  private byte[] bytes = new byte[BUFFER];
  private int from;
  private int until;

  WorkerSocket(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    channel.configureBlocking(false);
    channel.register(readable, SelectionKey.OP_READ);
    channel.register(writable, SelectionKey.OP_WRITE);
  }

  /** What the worker says. */
  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
        int read = channel.read(buffer);
        while (read == 0 && length > 0) {
          await(readable);
          read = channel.read(buffer);
        }
        return read;
      }
    };
  }

  private static void await(Selector selector) throws IOException {
    selector.select();
    selector.selectedKeys().clear();
    Thread.interrupted(); // it would not wait the next time
  }

  @Override
  public void send(FromProcess message) throws IOException {
    if (until - from >= BUFFER) {
      flush();
    }
    ProcessWire.write(message, this);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    if (until + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(until + length, 2 * bytes.length));
    }
    System.arraycopy(source, offset, bytes, until, length);
    until += length;
  }

  @Override
  public void flush() throws IOException {
    while (!flushNow()) {
      await(writable);
    }
  }

  @Override
  public boolean isForAll() {
    return true;
  }

  @Override
  public boolean flushNow() throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes, from, until - from);
    while (left.hasRemaining() && channel.write(left) > 0) {
      // as much as the socket takes
    }
    from = left.position();
    if (left.hasRemaining()) {
      return false;
    }
    from = 0;
    until = 0;
    if (bytes.length > BUFFER) {
      bytes = new byte[BUFFER];
    }
    return true;
  }
}
