package io.muster.node.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Mutual TLS 1.3 for Artery with what the node's identity is at each new connection. Pekko's own
 * rotating provider would need files, RSA keys and a name common to all nodes.
 */
public final class ClusterTls implements SSLEngineProvider {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterTls.class);
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final NodeIdentity identity;
  private final Predicate<X509Certificate> welcome;
  private final Handshakes handshakes;

  private ClusterTls(
      NodeIdentity identity, Predicate<X509Certificate> welcome, Handshakes handshakes) {
    this.identity = identity;
    this.welcome = welcome;
    this.handshakes = handshakes;
  }

  /**
   * What makes an actor system use it; {@code pekko.remote.artery.transport} has to be {@code
   * tls-tcp}.
   *
   * @param welcome whether a peer with this certificate, which is valid, may still connect
   */
  public static Setup setup(NodeIdentity identity, Predicate<X509Certificate> welcome) {
    return SSLEngineProviderSetup.create(
        system -> new ClusterTls(identity, welcome, new Handshakes(system)));
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    SSLEngine engine = engine(hostname, port);
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    handshakes.begun(engine);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    SSLEngine engine = engine(hostname, port);
    engine.setUseClientMode(true);
    return engine;
  }

  private SSLEngine engine(String hostname, int port) {
    SSLEngine engine = identity.peers().createSSLEngine(hostname, port);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return verify(session);
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return verify(session);
  }

  /** Also of a session that was resumed: its certificates were checked a while ago. */
  private Option<Throwable> verify(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      if (!(chain[0] instanceof X509Certificate own)) {
        return Option.apply(new SSLPeerUnverifiedException("not an X.509 certificate"));
      }
      own.checkValidity();
      if (!welcome.test(own)) {
        LOG.warn("refused '{}': its token is revoked", own.getSubjectX500Principal().getName());
        return Option.apply(new SSLPeerUnverifiedException("its token is revoked"));
      }
      return Option.empty();
    } catch (SSLPeerUnverifiedException | java.security.cert.CertificateException e) {
      return Option.apply(e);
    }
  }
}
