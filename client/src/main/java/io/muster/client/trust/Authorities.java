package io.muster.client.trust;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The authorities whose word on a node's certificate counts; nothing else does. */
public record Authorities(List<X509Certificate> certificates) {
  private static final int LONGEST_CHAIN = 10;

  public Authorities {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("no authority's certificate");
    }
  }

  /** Of a file with one or more PEM blocks. */
  public static Authorities read(Path file) throws IOException {
    return new Authorities(Pem.certificates(file));
  }

  /** SHA-256 of a certificate: 64 hexadecimal digits. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Throws unless one of the authorities stands behind the first certificate, now.
   *
   * @param chain the peer's own certificate first; the authority's may be there or not
   */
  public void verify(List<X509Certificate> chain) throws CertificateException {
    if (chain.isEmpty() || chain.size() > LONGEST_CHAIN) {
      throw new CertificateException("a chain of " + chain.size() + " certificates");
    }
    chain.get(0).checkValidity();
    List<X509Certificate> path =
        chain.stream().takeWhile(each -> !certificates.contains(each)).toList();
    if (path.isEmpty()) {
      throw new CertificateException("an authority's certificate is no node's");
    }
    Set<TrustAnchor> anchors =
        certificates.stream()
            .map(authority -> new TrustAnchor(authority, null))
            .collect(Collectors.toSet());
    try {
      for (X509Certificate authority : certificates) {
        if (path.get(path.size() - 1)
            .getIssuerX500Principal()
            .equals(authority.getSubjectX500Principal())) {
          authority.checkValidity();
        }
      }
      PKIXParameters how = new PKIXParameters(anchors);
      how.setRevocationEnabled(false); // lives are short instead; the coordinator asks its tokens
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), how);
    } catch (CertPathValidatorException e) {
      throw new CertificateException("it is of another authority, or expired", e);
    } catch (CertificateException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new CertificateException("its certificate cannot be checked", e);
    }
  }
}
