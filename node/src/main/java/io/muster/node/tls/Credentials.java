package io.muster.node.tls;

import io.muster.client.trust.Authorities;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node shows and whom it believes.
 *
 * @param chain the node's own certificate first, its authority's last
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain, Authorities authorities) {
  private static final byte[] PROBE = {1, 2, 3, 4};

  public Credentials {
    chain = List.copyOf(chain);
  }

  /**
   * Checks that all of it belongs together, and completes the chain by the authority.
   *
   * @throws CertificateException with a line that says what does not
   */
  public static Credentials checked(
      PrivateKey key, List<X509Certificate> chain, Authorities authorities)
      throws CertificateException {
    if (!belongs(key, chain.get(0).getPublicKey())) {
      throw new CertificateException("the private key is not that of the certificate");
    }
    authorities.verify(chain);
    List<X509Certificate> whole = new ArrayList<>(chain);
    X509Certificate last = chain.get(chain.size() - 1);
    authorities.certificates().stream()
        .filter(each -> last.getIssuerX500Principal().equals(each.getSubjectX500Principal()))
        .filter(each -> !whole.contains(each))
        .findFirst()
        .ifPresent(whole::add);
    return new Credentials(key, whole, authorities);
  }

  private static boolean belongs(PrivateKey key, PublicKey publicKey) {
    String with = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      Signature made = Signature.getInstance(with);
      made.initSign(key);
      made.update(PROBE);
      Signature checked = Signature.getInstance(with);
      checked.initVerify(publicKey);
      checked.update(PROBE);
      return checked.verify(made.sign());
    } catch (GeneralSecurityException e) {
      return false; // of different kinds
    }
  }

  X509Certificate own() {
    return chain.get(0);
  }

  /** The authority that stands at the end of the chain. */
  public X509Certificate root() {
    return chain.get(chain.size() - 1);
  }

  /** When two thirds of the certificate's life are over: time to get another. */
  public Instant renewal() {
    Instant from = own().getNotBefore().toInstant();
    Instant until = own().getNotAfter().toInstant();
    return from.plus(Duration.between(from, until).dividedBy(3).multipliedBy(2));
  }
}
