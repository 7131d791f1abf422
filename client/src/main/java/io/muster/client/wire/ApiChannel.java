package io.muster.client.wire;

import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2SecurityUtil;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslClosedEngineException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.grpc.stub.MetadataUtils;
import io.muster.client.trust.Access;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Connections to the API, by TLS or in plain text, as all of Muster's programs make them. */
public final class ApiChannel {
  /** Where a token stands, behind {@link #BEARER}. */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  public static final String BEARER = "Bearer ";

  private static final int WINDOW_BYTES = 1 << 20;

  private ApiChannel() {}

  /** A channel to be built; a token goes along with each call, over TLS only. */
  public static NettyChannelBuilder to(String target, Access access) {
    // A window of its own choice would be measured by a ping with nearly every answer.
    NettyChannelBuilder channel =
        NettyChannelBuilder.forTarget(target).flowControlWindow(WINDOW_BYTES);
    if (access.isPlain()) {
      return channel.usePlaintext();
    }
    try {
      channel.sslContext(
          GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
              .trustManager(access.trust())
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
    access
        .token()
        .ifPresent(
            token -> {
              Metadata shown = new Metadata();
              shown.put(AUTHORIZATION, BEARER + token.text());
              channel.intercept(MetadataUtils.newAttachHeadersInterceptor(shown));
            });
    return channel;
  }

  /** Whether these are gRPC's words for a connection that ended before a word was said. */
  public static boolean isClosing(String description) {
    return description.contains("while performing protocol negotiation");
  }

  /** Whether TLS had begun: the other side was too busy, or has just ended. */
  private static boolean isInterrupted(Throwable cause) {
    return cause instanceof SslHandshakeTimeoutException
        || cause instanceof SslClosedEngineException
        || (cause instanceof SSLException
            && String.valueOf(cause.getMessage()).startsWith("Connection closed while SSL/TLS"));
  }

  /** Why TLS did not come about, if that is what the failure is of; it will not by trying again. */
  public static @Nullable String untrusted(Throwable failure) {
    boolean tls = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isInterrupted(cause)) {
        return null;
      }
      tls |= cause instanceof SSLException;
      if (cause instanceof CertificateException) {
        return "is not trusted: " + cause.getMessage();
      }
      if (cause.getClass().getSimpleName().equals("NotSslRecordException")
          || String.valueOf(cause.getMessage())
              .contains("Unsupported or unrecognized SSL message")) {
        return "does not speak TLS: leave token and --ca out, or start it with --tls";
      }
    }
    return tls ? "and this program found no common TLS" : null;
  }
}
