package io.muster.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.muster.node.cluster.ClusterSettings;
import io.muster.node.tls.ClusterTls;
import io.muster.node.tls.Credentials;
import io.muster.node.tls.NodeIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The port between nodes, with a real node behind it: who gets through, and for how long. */
class ClusterPortTest {
  private static final char[] PASSWORD = "of a store in memory".toCharArray();
  private static final int LONG_ENOUGH_MILLIS = 120_000;
  private static final Duration LIFE = Duration.ofDays(1);
  private static final Duration BRIEF = Duration.ofSeconds(2);
  private static final int MORE_THAN_WAIT = 400;

  private static final Authority OURS = Authority.create(Instant.now());
  private static final NodeIdentity IDENTITY = new NodeIdentity();
  private static ActorSystem<Void> node;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    IDENTITY.replace(OURS.coordinator(List.of("127.0.0.1"), LIFE, Instant.now()));
    node =
        ActorSystem.create(
            Behaviors.empty(),
            ClusterSettings.SYSTEM,
            BootstrapSetup.create(
                    ClusterSettings.of(
                            ClusterSettings.COORDINATOR, "127.0.0.1", 0, "127.0.0.1", 1, true)
                        .withFallback(ConfigFactory.load()))
                .and(ClusterTls.setup(IDENTITY, certificate -> true)));
    port = Cluster.get(node).selfMember().address().getPort().get();
  }

  @AfterAll
  static void end() {
    ActorTestKit.shutdown(node, Duration.ofMinutes(1));
  }

  private static SSLSocket connected(Credentials shown) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("node", shown.key(), PASSWORD, shown.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), new TrustManager[] {new Anything()}, null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getByName("127.0.0.1"), port);
    socket.startHandshake();
    return socket;
  }

  /** Whether the other side waits for what is said; who is refused reads the end, or an alert. */
  private static boolean isLetIn(Credentials shown) throws Exception {
    try (SSLSocket socket = connected(shown)) {
      socket.setSoTimeout(2_000);
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Socket silent() throws IOException {
    Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
    socket.setSoTimeout(LONG_ENOUGH_MILLIS);
    return socket;
  }

  /** Waits for the other side to close. */
  private static boolean isClosed(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // an alert, perhaps
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  private static void awaitExpiry(X509Certificate certificate) throws Exception {
    while (true) {
      try {
        certificate.checkValidity();
        LockSupport.parkNanos(10_000_000);
      } catch (CertificateExpiredException e) {
        return;
      }
    }
  }

  @Test
  void aCertificateLetsInUntilItExpires() throws Exception {
    Credentials worker = OURS.worker(null, BRIEF, Instant.now());
    assertThat(isLetIn(OURS.worker(null, LIFE, Instant.now()))).isTrue();
    awaitExpiry(worker.chain().get(0));
    assertThat(isLetIn(worker)).isFalse();
    assertThatThrownBy(() -> Credentials.checked(worker.key(), worker.chain(), OURS.alone()))
        .as("nor does a node start with it")
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("NotAfter");
  }

  @Test
  void anotherAuthoritysCertificateLetsNobodyIn() throws Exception {
    Authority theirs = Authority.create(Instant.now());
    assertThat(isLetIn(theirs.worker(null, LIFE, Instant.now()))).isFalse();
  }

  @Test
  void aNewCertificateIsShownToTheNextConnectionAndTheOldOnesStay() throws Exception {
    Credentials worker = OURS.worker(null, LIFE, Instant.now());
    Credentials next = OURS.coordinator(List.of("127.0.0.1"), LIFE, Instant.now());
    try (SSLSocket before = connected(worker)) {
      IDENTITY.replace(next);
      try (SSLSocket after = connected(worker)) {
        assertThat(after.getSession().getPeerCertificates()[0]).isEqualTo(next.chain().get(0));
      }
      assertThat(before.getSession().getPeerCertificates()[0]).isNotEqualTo(next.chain().get(0));
      before.getOutputStream().write("AKKA".getBytes());
      before.setSoTimeout(1_000);
      assertThatThrownBy(() -> before.getInputStream().read())
          .as("nobody has closed it")
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void plainTextIsCutOff() throws Exception {
    try (Socket socket = silent()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
      assertThat(isClosed(socket)).isTrue();
    }
  }

  @Test
  void whoSaysNothingOrHalfIsCutOffInTime() throws Exception {
    try (Socket nothing = silent();
        Socket half = silent()) {
      half.getOutputStream().write(new byte[] {22, 3, 1, 0x20, 0});
      assertThat(isClosed(nothing)).isTrue();
      assertThat(isClosed(half)).isTrue();
    }
  }

  @Test
  void ofManyThatSayNothingTheOldestGoesAndANodeStillGetsIn() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < MORE_THAN_WAIT; i++) {
        open.add(silent());
      }
      assertThat(isLetIn(OURS.worker(null, LIFE, Instant.now()))).isTrue();
      assertThat(isClosed(open.get(0))).isTrue();
    } finally {
      for (Socket each : open) {
        each.close();
      }
    }
  }

  /** Tests look at certificates of any authority. */
  private static final class Anything implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
