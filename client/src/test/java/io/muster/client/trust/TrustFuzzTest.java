package io.muster.client.trust;

import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import io.muster.fuzz.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One clear line, and nothing else, comes of whatever is given as token, certificate or key. */
class TrustFuzzTest {
  /** Of no authority that matters; openssl made it. */
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBtTCCAVugAwIBAgIUfBS9Vm2rNLkrdPb4Gvil2dFyYd0wCgYIKoZIzj0EAwIw
      -----END CERTIFICATE-----
      """;

  @TempDir private Path folder;

  @Test
  void tokens() {
    List<String> examples =
        List.of(Token.create("admin", "0f".repeat(32)).text(), "muster1.worker.AA.AA", "....");
    Fuzz.feed(
        "token",
        Texts.of(examples, List.of("muster1", ".", "=", "_", "-", "é")),
        bytes -> Token.parse(new String(bytes, StandardCharsets.UTF_8)),
        IllegalArgumentException.class);
  }

  @Test
  void keysInFiles() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    String ec = Pem.text(generator.generateKeyPair().getPrivate());
    generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    String rsa = Pem.text(generator.generateKeyPair().getPrivate());
    Fuzz.feed(
        "private key (PEM)",
        pem(List.of(ec, rsa, CERTIFICATE)),
        bytes -> Pem.key(written(bytes)),
        IOException.class);
  }

  @Test
  void certificatesInFiles() {
    Fuzz.feed(
        "certificates (PEM)",
        pem(List.of(CERTIFICATE, TestCertificate.PEM, TestCertificate.PEM + CERTIFICATE)),
        bytes -> Authorities.read(written(bytes)),
        IOException.class);
  }

  @Test
  void certificatesOfAPeer() throws Exception {
    byte[] der = TestCertificate.certificate().getEncoded();
    Authorities itself = new Authorities(List.of(TestCertificate.certificate()));
    Fuzz.feed(
        "certificate (DER)",
        Inputs.of(List.of(der)),
        bytes -> {
          var read = Pem.certificate(bytes);
          NodeMark.of(read);
          NodeMark.uris(read);
          itself.verify(List.of(read));
        },
        CertificateException.class);
  }

  private static Inputs pem(List<String> examples) {
    Inputs texts =
        Texts.of(
            examples,
            List.of(
                "-----BEGIN ", "-----END ", "-----", "PRIVATE KEY", "CERTIFICATE", "EC ", "=="));
    return (SplittableRandom random) -> texts.next(random);
  }

  private Path written(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file.pem"), bytes);
  }
}
