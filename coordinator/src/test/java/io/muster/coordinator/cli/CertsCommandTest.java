package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.muster.client.trust.Authorities;
import io.muster.client.trust.NodeMark;
import io.muster.client.trust.Pem;
import io.muster.client.trust.Token;
import io.muster.coordinator.access.Role;
import io.muster.coordinator.access.Security;
import io.muster.coordinator.access.TlsSettings;
import io.muster.coordinator.cli.Shell.Run;
import io.muster.node.tls.CredentialFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster certs}, above all as Secrets for Kubernetes. */
class CertsCommandTest {
  @TempDir private Path folder;

  private Run certs(String... arguments) {
    List<String> all = new ArrayList<>(List.of("certs"));
    all.addAll(List.of(arguments));
    return new Shell(folder).fed("", Map.of(), all.toArray(String[]::new));
  }

  private static Map<String, JsonNode> secrets(Run run) throws IOException {
    Map<String, JsonNode> secrets = new HashMap<>();
    YAMLFactory yaml = new YAMLFactory();
    new ObjectMapper(yaml)
        .readerFor(JsonNode.class)
        .<JsonNode>readValues(yaml.createParser(run.exits(0).out()))
        .forEachRemaining(each -> secrets.put(each.at("/metadata/name").asText(), each));
    return secrets;
  }

  private Path file(JsonNode secret, String name) throws IOException {
    Path to = folder.resolve("mounted-" + secret.at("/metadata/name").asText() + "-" + name);
    return Files.write(to, secret.get("data").get(name).binaryValue());
  }

  @Test
  void aCoordinatorStartsWithTheSecretsAndLetsTheirTokensIn() throws Exception {
    Map<String, JsonNode> secrets = secrets(certs("--kubernetes", "--namespace", "jobs"));
    assertThat(secrets)
        .containsOnlyKeys(
            "muster-coordinator-tls",
            "muster-worker-tls",
            "muster-tokens",
            "muster-admin-token",
            "muster-read-token",
            "muster-submit-token",
            "muster-worker-token");
    assertThat(secrets.values())
        .allSatisfy(
            each -> {
              assertThat(each.get("kind").asText()).isEqualTo("Secret");
              assertThat(each.at("/metadata/namespace").asText()).isEqualTo("jobs");
            });

    JsonNode own = secrets.get("muster-coordinator-tls");
    assertThat(own.get("type").asText()).isEqualTo("kubernetes.io/tls");
    CredentialFiles files =
        new CredentialFiles(file(own, "tls.crt"), file(own, "tls.key"), file(own, "ca.crt"));
    X509Certificate shown = files.read(NodeMark.COORDINATOR).chain().get(0);
    assertThat(shown.getSubjectAlternativeNames().toString())
        .contains("muster.jobs.svc", "*.muster-coordinators.jobs.svc.cluster.local");
    JsonNode worker = secrets.get("muster-worker-tls");
    new CredentialFiles(file(worker, "tls.crt"), file(worker, "tls.key"), file(worker, "ca.crt"))
        .read(NodeMark.WORKER);

    Path data = Files.createDirectory(folder.resolve("data"));
    Security security =
        Security.open(
            data,
            new TlsSettings(
                Optional.of(files),
                Optional.empty(),
                Optional.of(file(secrets.get("muster-tokens"), "tokens.json")),
                List.of(),
                Duration.ofDays(1),
                Duration.ofDays(9)),
            "127.0.0.1");
    for (Role role : Role.values()) {
      JsonNode secret = secrets.get("muster-" + role.text() + "-token");
      assertThat(file(secret, "token")).content().doesNotContainAnyWhitespaces();
      Token token = Token.parse(Files.readString(file(secret, "token")));
      assertThat(security.tokens().holder(token.secret()).orElseThrow().role()).isEqualTo(role);
      assertThat(token.fingerprint()).isEqualTo(security.fingerprint());
    }
    assertThat(data.resolve("admin.token")).as("there is an admin already").doesNotExist();
    assertThat(file(secrets.get("muster-tokens"), "tokens.json"))
        .content()
        .doesNotContain("muster1.");
  }

  @Test
  void theNextRunKeepsAuthorityAndTokensAndMakesNewCertificates() throws Exception {
    Map<String, JsonNode> first = secrets(certs("--kubernetes", "kept"));
    Map<String, JsonNode> next = secrets(certs("--kubernetes", "kept"));
    assertThat(next.get("muster-tokens")).isEqualTo(first.get("muster-tokens"));
    assertThat(next.get("muster-worker-token")).isEqualTo(first.get("muster-worker-token"));
    JsonNode before = first.get("muster-coordinator-tls").get("data");
    JsonNode after = next.get("muster-coordinator-tls").get("data");
    assertThat(after.get("ca.crt")).isEqualTo(before.get("ca.crt"));
    assertThat(after.get("tls.crt")).isNotEqualTo(before.get("tls.crt"));
  }

  @Test
  void withAnAuthorityOfSomebodyElseOnlyTokensAreMade() throws Exception {
    certs("theirs").exits(0).prints("");
    Map<String, JsonNode> secrets =
        secrets(certs("--kubernetes", "mine", "--authority", "theirs/ca.crt"));
    assertThat(secrets).doesNotContainKeys("muster-coordinator-tls", "muster-worker-tls");
    Token token = Token.parse(Files.readString(file(secrets.get("muster-admin-token"), "token")));
    assertThat(token.fingerprint())
        .isEqualTo(
            Authorities.fingerprint(Pem.certificates(folder.resolve("theirs/ca.crt")).get(0)));
  }

  @Test
  void whatIsKeptIsForItsOwnerAlone() throws IOException {
    certs("--kubernetes").exits(0);
    try (Stream<Path> files = Files.list(folder.resolve("muster-certs"))) {
      assertThat(files)
          .allSatisfy(
              each ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void whatIsWrongIsOneLine() throws IOException {
    certs("--namespace", "x").refuses(2, "--kubernetes");
    certs("--kubernetes", "--namespace", "A b").refuses(2, "--namespace");
    certs("--kubernetes", "--authority", "nowhere.crt").refuses(5, "nowhere.crt");
    Files.createDirectory(folder.resolve("broken"));
    Files.writeString(folder.resolve("broken/ca.crt"), "nonsense");
    certs("broken").refuses(5, "ca.crt");
  }
}
