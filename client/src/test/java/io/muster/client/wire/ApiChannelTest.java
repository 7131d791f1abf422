package io.muster.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** Which failures of a connection are distrust, so that trying again is of no use. */
class ApiChannelTest {
  private static String reason(Throwable cause) {
    return String.valueOf(ApiChannel.untrusted(new IOException("io exception", cause)));
  }

  @Test
  void aBusyOrEndingSideIsNoDistrust() {
    assertThat(reason(new SslHandshakeTimeoutException("handshake timed out after 10000ms")))
        .isEqualTo("null");
    assertThat(
            reason(
                new SSLHandshakeException(
                    "Connection closed while SSL/TLS handshake was in progress")))
        .isEqualTo("null");
    assertThat(reason(new IOException("Connection reset"))).isEqualTo("null");
  }

  @Test
  void whoIsNotTrustedOrSpeaksAnotherTlsIs() {
    SSLHandshakeException expired = new SSLHandshakeException("PKIX");
    expired.initCause(new CertificateException("NotAfter: yesterday"));
    assertThat(reason(expired)).isEqualTo("is not trusted: NotAfter: yesterday");
    assertThat(reason(new SSLHandshakeException("Received fatal alert: protocol_version")))
        .contains("no common TLS");
  }
}
