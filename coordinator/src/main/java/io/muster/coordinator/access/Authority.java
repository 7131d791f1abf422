package io.muster.coordinator.access;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.NodeMark;
import io.muster.client.trust.Pem;
import io.muster.node.tls.Credentials;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The authority of one cluster: it vouches for this cluster's nodes and for nothing else. Who has
 * its key can make nodes of his own, so that the key never leaves the coordinator's folder.
 */
public final class Authority {
  private static final Duration LIFE = Duration.ofDays(3650);

  /** Clocks of two machines are never the same. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final int LEAST_RSA = 2048;
  private static final int MOST_RSA = 8192;
  private static final int LEAST_EC = 256;
  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final X509Certificate certificate;
  private final PrivateKey key;

  private Authority(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** A new one, of now. */
  public static Authority create(Instant now) {
    KeyPair pair = newKeys();
    X500Name name =
        new X500Name("CN=Muster authority " + Long.toHexString(RANDOM.nextLong() & 0xffffffffL));
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            serial(),
            Date.from(now.minus(SKEW)),
            Date.from(now.plus(LIFE)),
            name,
            pair.getPublic());
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(pair.getPublic()));
      return new Authority(signed(builder, pair.getPrivate()), pair.getPrivate());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The one in a folder ({@code ca.crt}, {@code ca.key}), made there when there is none. */
  public static Authority in(Path folder, Instant now) throws IOException {
    Path certificate = folder.resolve("ca.crt");
    Path key = folder.resolve("ca.key");
    if (!Files.exists(certificate)) {
      Authority made = create(now);
      made.write(certificate, key);
    }
    return of(certificate, key);
  }

  /** Keeps it; the certificate last, so that one without its key is never there. */
  public void write(Path certificateFile, Path keyFile) throws IOException {
    PrivateFiles.write(keyFile, Pem.text(key));
    PrivateFiles.write(certificateFile, Pem.text(List.of(certificate)));
  }

  /** The one in two files. */
  public static Authority of(Path certificateFile, Path keyFile) throws IOException {
    X509Certificate certificate = Pem.certificates(certificateFile).get(0);
    PrivateKey key = Pem.key(keyFile);
    if (certificate.getBasicConstraints() < 0) {
      throw new IOException(certificateFile + " is no authority's certificate");
    }
    Authority authority = new Authority(certificate, key);
    try { // a key that is not the certificate's shows here rather than at the first worker
      authority.coordinator(List.of("localhost"), Duration.ofMinutes(1), Instant.now());
      return authority;
    } catch (CertificateException e) {
      throw new IOException(keyFile + " is not the key of " + certificateFile, e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public Authorities alone() {
    return new Authorities(List.of(certificate));
  }

  /** A coordinator's credentials, with a new key. */
  public Credentials coordinator(Collection<String> hosts, Duration life, Instant now)
      throws CertificateException {
    KeyPair pair = newKeys();
    List<GeneralName> names = new ArrayList<>();
    names.add(uri(NodeMark.COORDINATOR.uri()));
    hosts.stream().distinct().map(Authority::host).forEach(names::add);
    X509Certificate own = issue(pair.getPublic(), "CN=Muster coordinator", names, life, now);
    return Credentials.checked(pair.getPrivate(), List.of(own), alone());
  }

  /** A worker's credentials, with a new key. */
  public Credentials worker(@Nullable String token, Duration life, Instant now)
      throws CertificateException {
    KeyPair pair = newKeys();
    return Credentials.checked(
        pair.getPrivate(), List.of(worker(pair.getPublic(), token, life, now)), alone());
  }

  /**
   * A worker's certificate: it names no host, so that a worker is never taken for a coordinator.
   *
   * @param token what tells the token that the worker joins with from all others; null: none, it
   *     cannot be revoked before its time
   */
  public X509Certificate worker(
      PublicKey worker, @Nullable String token, Duration life, Instant now) {
    checkStrength(worker);
    List<GeneralName> names = new ArrayList<>(List.of(uri(NodeMark.WORKER.uri())));
    if (token != null) {
      names.add(uri(NodeMark.TOKEN + token));
    }
    return issue(worker, "CN=Muster worker", names, life, now);
  }

  private static void checkStrength(PublicKey key) {
    boolean strong =
        key instanceof RSAPublicKey rsa
            ? rsa.getModulus().bitLength() >= LEAST_RSA && rsa.getModulus().bitLength() <= MOST_RSA
            : key instanceof ECPublicKey ec
                && ec.getParams().getCurve().getField().getFieldSize() >= LEAST_EC;
    if (!strong) {
      throw new IllegalArgumentException(
          "a worker's key has to be EC of 256 bits or RSA of 2048 to 8192");
    }
  }

  private X509Certificate issue(
      PublicKey owner, String subject, List<GeneralName> names, Duration life, Instant now) {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            certificate,
            serial(),
            Date.from(now.minus(skew(life))),
            Date.from(now.plus(life)),
            new X500Principal(subject),
            owner);
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(
              owner instanceof RSAPublicKey
                  ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                  : KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      return signed(builder, key);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey by)
      throws CertificateException {
    String with = by.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(with).build(by)));
    } catch (OperatorException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Duration skew(Duration life) {
    Duration tenth = life.dividedBy(10);
    return tenth.compareTo(SKEW) < 0 ? tenth : SKEW;
  }

  private static BigInteger serial() {
    return new BigInteger(SERIAL_BITS, RANDOM).setBit(0);
  }

  private static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  private static GeneralName host(String host) {
    boolean isIp = host.matches("[0-9.]+") || host.contains(":");
    return new GeneralName(isIp ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }
}
