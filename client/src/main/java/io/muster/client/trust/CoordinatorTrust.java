package io.muster.client.trust;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whether a server is a coordinator of the right cluster: its chain ends in the authority that is
 * known by its certificate or by its fingerprint, and its own certificate is a coordinator's, or
 * has the name that was connected to and is no worker's. A coordinator that the cluster's own
 * authority vouches for may so be reached by any name, through a tunnel or a port-forward too.
 */
final class CoordinatorTrust extends X509ExtendedTrustManager {
  private static final int DNS = 2;
  private static final int IP = 7;

  private final Access access;

  CoordinatorTrust(Access access) {
    this.access = access;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    List<X509Certificate> all = Arrays.asList(chain);
    authorities(all).verify(all);
    Set<NodeMark> marks = NodeMark.of(all.get(0));
    if (marks.contains(NodeMark.WORKER)
        || (!marks.contains(NodeMark.COORDINATOR) && !isNamed(all.get(0), engine.getPeerHost()))) {
      throw new CertificateException("its certificate is not a coordinator's");
    }
  }

  private Authorities authorities(List<X509Certificate> chain) throws CertificateException {
    if (access.authorities().isPresent()) {
      return access.authorities().get();
    }
    String pinned = access.token().map(Token::fingerprint).orElse("");
    return chain.stream()
        .filter(each -> Authorities.fingerprint(each).equals(pinned))
        .findFirst()
        .map(authority -> new Authorities(List.of(authority)))
        .orElseThrow(() -> new CertificateException("it is of another authority than the token"));
  }

  private static boolean isNamed(X509Certificate certificate, String host)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names != null
        && host != null
        && names.stream()
            .anyMatch(
                name ->
                    (name.get(0).equals(DNS) && matches(String.valueOf(name.get(1)), host))
                        || (name.get(0).equals(IP) && name.get(1).equals(host)));
  }

  /** One star may stand for the first label. */
  private static boolean matches(String pattern, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String name = pattern.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return name.equals(wanted)
        || (name.startsWith("*.") && dot > 0 && name.substring(1).equals(wanted.substring(dot)));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("only over an engine");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("only over an engine");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("clients show tokens");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("clients show tokens");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("clients show tokens");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
