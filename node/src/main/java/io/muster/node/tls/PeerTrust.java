package io.muster.node.tls;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.NodeMark;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whether a peer is a node of this cluster: one of its authorities vouches for the certificate, and
 * that is marked as a node's. Names of hosts don't matter: nodes move.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final Authorities authorities;

  PeerTrust(Authorities authorities) {
    this.authorities = authorities;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    List<X509Certificate> all = Arrays.asList(chain);
    authorities.verify(all);
    if (NodeMark.of(all.get(0)).isEmpty()) {
      throw new CertificateException("its certificate is not marked as a node's");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
