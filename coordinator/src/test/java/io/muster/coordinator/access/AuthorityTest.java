package io.muster.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.NodeMark;
import io.muster.client.trust.Pem;
import io.muster.node.tls.CredentialFiles;
import io.muster.node.tls.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
  private static final Duration DAY = Duration.ofDays(1);
  private final Instant now = Instant.now();
  private final Authority authority = Authority.create(now);

  private static KeyPair keys(String algorithm, int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  @Test
  void itsNodesAreVouchedForAndMarked() throws Exception {
    Credentials coordinator = authority.coordinator(List.of("10.0.0.5", "c.example"), DAY, now);
    Credentials worker = authority.worker("1:w", DAY, now);
    X509Certificate first = coordinator.chain().get(0);
    assertThat(NodeMark.of(first)).containsExactly(NodeMark.COORDINATOR);
    assertThat(first.getSubjectAlternativeNames())
        .contains(List.of(7, "10.0.0.5"), List.of(2, "c.example"));
    assertThat(NodeMark.of(worker.chain().get(0))).containsExactly(NodeMark.WORKER);
    assertThat(NodeMark.uris(worker.chain().get(0))).contains(NodeMark.TOKEN + "1:w");
    assertThat(coordinator.root()).isEqualTo(authority.certificate());
    authority.alone().verify(coordinator.chain());
    authority.alone().verify(List.of(worker.chain().get(0)));
  }

  @Test
  void anotherAuthoritysAndExpiredOnesAreNotBelieved() throws Exception {
    Authority other = Authority.create(now);
    assertThatThrownBy(() -> authority.alone().verify(other.worker("1:w", DAY, now).chain()))
        .isInstanceOf(CertificateException.class);
    X509Certificate old =
        authority.worker(keys("EC", 256).getPublic(), "1:w", DAY, now.minus(DAY.multipliedBy(2)));
    assertThatThrownBy(() -> authority.alone().verify(List.of(old)))
        .isInstanceOf(CertificateException.class);
    X509Certificate early =
        authority.worker(keys("EC", 256).getPublic(), "1:w", DAY, now.plus(DAY));
    assertThatThrownBy(() -> authority.alone().verify(List.of(early)))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void aNodeCannotVouchForOthers() throws Exception {
    KeyPair pair = keys("EC", 256);
    X509Certificate worker = authority.worker(pair.getPublic(), "1:w", DAY, now);
    Authority forged = forgedBy(worker, pair);
    X509Certificate mine = forged.worker(keys("EC", 256).getPublic(), "1:x", DAY, now);
    assertThatThrownBy(() -> authority.alone().verify(List.of(mine, worker)))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> authority.alone().verify(List.of(authority.certificate())))
        .isInstanceOf(CertificateException.class);
  }

  /** Acts as if a worker's certificate were an authority's. */
  private static Authority forgedBy(X509Certificate worker, KeyPair pair) throws Exception {
    var constructor =
        Authority.class.getDeclaredConstructor(
            X509Certificate.class, java.security.PrivateKey.class);
    constructor.setAccessible(true);
    return constructor.newInstance(worker, pair.getPrivate());
  }

  @Test
  void weakKeysAreRefused() throws Exception {
    assertThatThrownBy(() -> authority.worker(keys("RSA", 1024).getPublic(), "1:w", DAY, now))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2048");
    assertThatThrownBy(() -> authority.worker(keys("Ed25519", 255).getPublic(), "1:w", DAY, now))
        .isInstanceOf(IllegalArgumentException.class);
    authority.worker(keys("RSA", 2048).getPublic(), "1:w", DAY, now);
  }

  @Test
  void aKeyIsTakenOnlyFromWhoHasThePrivateOne() throws Exception {
    KeyPair pair = keys("EC", 256);
    byte[] key = pair.getPublic().getEncoded();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update("muster worker certificate\n".getBytes(StandardCharsets.US_ASCII));
    signature.update(key);
    byte[] proof = signature.sign();
    assertThat(ProvenKey.of(key, proof)).isEqualTo(pair.getPublic());
    byte[] anotherKey = keys("EC", 256).getPublic().getEncoded();
    for (byte[] other : List.of(anotherKey, new byte[0], new byte[5_000], "x".getBytes())) {
      assertThatThrownBy(() -> ProvenKey.of(other, proof))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ProvenKey.of(key, new byte[70]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itIsKeptForItsOwnerAlone(@TempDir Path folder) throws Exception {
    Authority made = Authority.in(folder, now);
    assertThat(Authority.in(folder, now).certificate()).isEqualTo(made.certificate());
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ca.key"))))
        .isEqualTo("rw-------");
    Path other = Files.createDirectory(folder.resolve("other"));
    Authority.in(other, now);
    assertThatThrownBy(() -> Authority.of(folder.resolve("ca.crt"), other.resolve("ca.key")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not the key of");
  }

  @Test
  void filesOfCredentialsAreReadAndWhatDoesNotBelongTogetherIsNamed(@TempDir Path folder)
      throws Exception {
    Credentials made = authority.coordinator(List.of("c"), DAY, now);
    CredentialFiles files = written(folder, "a", made);
    assertThat(files.read(NodeMark.COORDINATOR)).isEqualTo(made);
    assertThatThrownBy(() -> files.read(NodeMark.WORKER))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("urn:muster:worker");
    CredentialFiles others = written(folder, "b", authority.coordinator(List.of("c"), DAY, now));
    CredentialFiles mixed = new CredentialFiles(files.certificate(), others.key(), files.ca());
    assertThatThrownBy(() -> mixed.read(NodeMark.COORDINATOR))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the private key is not that of the certificate");
    Files.writeString(
        files.key(), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    assertThatThrownBy(() -> files.read(NodeMark.COORDINATOR))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("PKCS#8");
  }

  private CredentialFiles written(Path folder, String name, Credentials made) throws IOException {
    return new CredentialFiles(
        Files.writeString(folder.resolve(name + ".crt"), Pem.text(made.chain().subList(0, 1))),
        Files.writeString(folder.resolve(name + ".key"), Pem.text(made.key())),
        Files.writeString(
            folder.resolve(name + ".ca"), Pem.text(List.of(authority.certificate()))));
  }

  @Test
  void fingerprintsAreOfTheWholeCertificate() {
    assertThat(Authorities.fingerprint(authority.certificate()))
        .matches("[0-9a-f]{64}")
        .isNotEqualTo(Authorities.fingerprint(Authority.create(now).certificate()));
  }
}
