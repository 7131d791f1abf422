package io.muster.coordinator.wire;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2SecurityUtil;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.muster.coordinator.access.Security;
import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.desk.Reception;
import io.muster.coordinator.store.Store;
import io.muster.protocol.wire.v1.MusterGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The gRPC server of the API. Few threads and small buffers: clients are few, and wait. */
public final class ApiServer implements AutoCloseable {
  private static final int THREADS = 4;
  private static final long DRAIN_SECONDS = 2;
  private static final long HANDSHAKE_SECONDS = 10;
  private static final int MOST_CONNECTIONS = 4_000;

  private final Server server;
  private final ExecutorService executor;
  private final NioEventLoopGroup loops;

  private ApiServer(Server server, ExecutorService executor, NioEventLoopGroup loops) {
    this.server = server;
    this.executor = executor;
    this.loops = loops;
  }

  /** One that lets everybody in. */
  public static ApiServer start(ApiSettings settings, Reception reception, Store store, Blobs blobs)
      throws IOException {
    return start(settings, reception, store, blobs, Optional.empty());
  }

  /**
   * Listens from here on; throws when the port is taken.
   *
   * @param security who is let in; without it everybody is, in plain text
   */
  public static ApiServer start(
      ApiSettings settings,
      Reception reception,
      Store store,
      Blobs blobs,
      Optional<Security> security)
      throws IOException {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads("api"));
    executor.allowCoreThreadTimeOut(true);
    NioEventLoopGroup loops = new NioEventLoopGroup(1, threads("api-net"));
    AtomicReference<@Nullable Server> started = new AtomicReference<>();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .channelFactory(() -> new FullServerChannel(MOST_CONNECTIONS))
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            .executor(executor)
            .callExecutor(new SessionsAtOnce())
            .maxInboundMessageSize(settings.maxMessage())
            .maxInboundMetadataSize(16 * 1024)
            .maxConcurrentCallsPerConnection(1_000)
            .flowControlWindow(1 << 20)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(new MusterService(reception, store, blobs, settings, executor))
            .addService(new BlobsService(blobs, executor))
            .addService(new AccessService(security, () -> port(started.get())))
            .addService(new HealthStatusManager().getHealthService()) // serves while it listens
            .addService(ProtoReflectionServiceV1.newInstance());
    security.ifPresent(guard -> secure(builder, guard));
    Server server = builder.build();
    started.set(server);
    try {
      server.start();
    } catch (IOException e) {
      executor.shutdownNow();
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw e;
    }
    return new ApiServer(server, executor, loops);
  }

  private static int port(@Nullable Server server) {
    return server == null ? 0 : server.getPort();
  }

  private static void secure(NettyServerBuilder builder, Security security) {
    try {
      builder
          .intercept(new Doorkeeper(security))
          .sslContext(
              GrpcSslContexts.configure(
                      SslContextBuilder.forServer(security.identity().keys()), SslProvider.JDK)
                  .protocols("TLSv1.3", "TLSv1.2")
                  .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                  .build());
    } catch (SSLException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /**
   * What a client's session says is only handed on to the coordinator: it needs no other thread,
   * and a call of a client no waiting for one.
   */
  private static final class SessionsAtOnce implements ServerCallExecutorSupplier {
    @Override
    public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata metadata) {
      boolean session =
          call.getMethodDescriptor()
              .getFullMethodName()
              .equals(MusterGrpc.getSessionMethod().getFullMethodName());
      return session ? Runnable::run : null;
    }
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  public int port() {
    return server.getPort();
  }

  /** Lets calls that are nearly done finish, then ends the others. */
  @Override
  public void close() {
    try {
      if (!server.shutdown().awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    executor.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
