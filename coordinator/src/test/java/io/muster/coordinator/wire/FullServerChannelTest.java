package io.muster.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FullServerChannelTest {
  private NioEventLoopGroup loops;
  private int port;

  /** A server that greets by one byte, to two at once. */
  @BeforeEach
  void start() throws Exception {
    loops = new NioEventLoopGroup(1);
    Channel server =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(() -> new FullServerChannel(2))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Greeting());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    port = ((InetSocketAddress) server.localAddress()).getPort();
  }

  private static final class Greeting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.writeAndFlush(context.alloc().buffer().writeByte(1));
    }
  }

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  private Socket connected() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static boolean isGreeted(Socket socket) {
    try {
      return socket.getInputStream().read() == 1;
    } catch (IOException e) {
      return false; // reset
    }
  }

  @Test
  void oneMoreThanItTakesIsClosedAtOnceAndAPlaceIsFreeWhenOneLeaves() throws Exception {
    Socket first = connected();
    assertThat(isGreeted(first)).isTrue();
    try (Socket second = connected();
        Socket third = connected()) {
      assertThat(isGreeted(second)).isTrue();
      assertThat(isGreeted(third)).isFalse();
      first.close();
      while (true) { // until the server has seen that the first is gone
        try (Socket fourth = connected()) {
          if (isGreeted(fourth)) {
            break;
          }
        }
      }
    }
  }
}
