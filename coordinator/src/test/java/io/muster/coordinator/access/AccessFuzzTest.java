package io.muster.coordinator.access;

import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import io.muster.fuzz.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of tokens, and by what a worker asks for a certificate. */
class AccessFuzzTest {
  private static final String PIN = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;

  @Test
  void storedTokens() throws IOException {
    Path file = folder.resolve("tokens.json");
    Tokens tokens = Tokens.open(file, Clock.systemUTC());
    tokens.create(Role.ADMIN, "admin", null, "", PIN);
    tokens.create(Role.SUBMIT, "alice", java.time.Duration.ofDays(1), "admin", PIN);
    Fuzz.feed(
        "stored tokens",
        Texts.of(
            List.of(Files.readString(file)),
            List.of("tokens", "role", "sha256", "created", "expires", "2026-13-01", "zz")),
        bytes -> {
          Files.write(file, bytes);
          Tokens read = Tokens.open(file, Clock.systemUTC());
          read.holder("secret");
          read.list();
        },
        IOException.class);
  }

  @Test
  void keysOfWorkers() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    byte[] key = pair.getPublic().getEncoded();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(key);
    byte[] proof = signature.sign();
    byte[] both = Arrays.copyOf(key, key.length + proof.length);
    System.arraycopy(proof, 0, both, key.length, proof.length);
    Fuzz.feed(
        "keys of workers",
        Inputs.of(List.of(both)),
        bytes -> {
          int end = Math.min(bytes.length, key.length);
          ProvenKey.of(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length));
        },
        IllegalArgumentException.class);
  }

  @Test
  void authoritiesInFiles() throws IOException {
    Path certificate = folder.resolve("ca.crt");
    Path key = folder.resolve("ca.key");
    Authority.create(Instant.now()).write(certificate, key);
    byte[] whole = Files.readAllBytes(certificate);
    String keyText = Files.readString(key);
    Fuzz.feed(
        "an authority's files",
        Texts.of(
            List.of(new String(whole, java.nio.charset.StandardCharsets.US_ASCII), keyText),
            List.of("-----BEGIN ", "-----END ", "CERTIFICATE", "PRIVATE KEY")),
        bytes -> {
          Files.write(certificate, bytes);
          Authority.of(certificate, key);
        },
        IOException.class);
  }
}
