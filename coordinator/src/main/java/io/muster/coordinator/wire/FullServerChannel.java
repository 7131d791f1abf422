package io.muster.coordinator.wire;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes only so many connections at once: one more is closed as soon as it has come. */
final class FullServerChannel extends NioServerSocketChannel {
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  FullServerChannel(int most) {
    this.most = most;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int before = accepted.size();
    int count = super.doReadMessages(accepted);
    for (int i = accepted.size() - 1; i >= before; i--) {
      if (accepted.get(i) instanceof Channel channel) {
        if (open.incrementAndGet() > most) {
          open.decrementAndGet();
          accepted.remove(i);
          channel.unsafe().closeForcibly();
        } else {
          channel.closeFuture().addListener(closed -> open.decrementAndGet());
        }
      }
    }
    return count;
  }
}
