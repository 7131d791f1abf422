package io.muster.coordinator.cli;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.Pem;
import io.muster.coordinator.access.Authority;
import io.muster.coordinator.access.MadeTokens;
import io.muster.coordinator.access.PrivateFiles;
import io.muster.coordinator.access.Tokens;
import io.muster.node.tls.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code certs}: certificates as files, for those who keep the authority elsewhere. */
@Command(
    name = "certs",
    description = {
      "Makes an authority and certificates of it as files, for clusters that get them from"
          + " outside.",
      "Without it a coordinator is its own authority, and workers get theirs from it.",
      "With --kubernetes the same, and a token of each role, are printed as Secrets too; DIR keeps"
          + " what they were made of, so that the next run makes new certificates of the same"
          + " authority and prints the same tokens."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster certs certs --host coordinator.example.org --host 10.0.0.5",
      "  muster start --host 10.0.0.5 --tls-cert certs/tls.crt --tls-key certs/tls.key \\",
      "      --tls-ca certs/ca.crt --tls-ca-key certs/ca.key",
      "  muster certs --kubernetes | kubectl apply -f -",
      "  muster certs --kubernetes --authority ca.crt | kubectl apply -f -    # with cert-manager"
    })
final class CertsCommand implements Callable<Integer> {
  private final Surroundings machine;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description =
          "Folder for ca.crt and ca.key (used if they are there), tls.crt, tls.key of a"
              + " coordinator and worker.crt, worker.key (muster-certs).")
  private Path folder = Path.of("muster-certs");

  @Option(names = "--kubernetes", description = "Print Secrets as YAML, for the manifests in k8s/.")
  private boolean kubernetes;

  @Option(names = "--namespace", paramLabel = "NAME", description = "Of Kubernetes (muster).")
  private @Nullable String namespace;

  @Option(
      names = "--authority",
      paramLabel = "FILE",
      description =
          "With --kubernetes: print only tokens, for certificates that somebody else makes of this"
              + " authority (PEM).")
  private @Nullable Path foreign;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Name or address of the coordinator; may be given more than once.")
  private List<String> hosts = new ArrayList<>();

  @Option(names = "--days", paramLabel = "N", description = "How long they live (365).")
  private int days = 365;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  CertsCommand(Surroundings machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws IOException {
    if (days < 1 || days > 3650) {
      throw new Refused(ExitCode.WRONG_USAGE, "--days: 1 to 3650, not " + days);
    }
    if (!kubernetes && (namespace != null || foreign != null)) {
      throw new Refused(
          ExitCode.WRONG_USAGE, "--namespace and --authority go together with --kubernetes");
    }
    String space = namespace == null ? "muster" : namespace;
    if (!space.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new Refused(ExitCode.WRONG_USAGE, "--namespace: not a name: '" + space + "'");
    }
    Path out = PrivateFiles.folder(machine.folder().resolve(folder));
    KubernetesSecrets secrets = new KubernetesSecrets(space);
    X509Certificate authority;
    try {
      authority = foreign == null ? make(out, space, secrets) : foreignAuthority(foreign);
    } catch (CertificateException e) {
      throw new Refused(ExitCode.REFUSED, "the authority in " + out + ": " + e.getMessage());
    } catch (IOException e) {
      throw new Refused(ExitCode.REFUSED, String.valueOf(e.getMessage()));
    }
    if (kubernetes) {
      tokens(out, Authorities.fingerprint(authority), secrets);
      machine.print(secrets.text().stripTrailing());
      machine.out().flush();
    }
    machine.say(said(out, authority));
    return ExitCode.DONE.number();
  }

  private String said(Path out, X509Certificate authority) {
    return (foreign == null ? "certificates for " + days + " days" : "tokens")
        + " in "
        + out
        + "; authority "
        + Authorities.fingerprint(authority);
  }

  private X509Certificate foreignAuthority(Path file) throws IOException {
    return Pem.certificates(machine.folder().resolve(file)).get(0);
  }

  private X509Certificate make(Path out, String space, KubernetesSecrets secrets)
      throws IOException, CertificateException {
    Instant now = Instant.now();
    Authority authority = Authority.in(out, now);
    Duration life = Duration.ofDays(days);
    List<String> names = new ArrayList<>(hosts);
    if (kubernetes) {
      names.addAll(KubernetesSecrets.hosts(space));
    }
    names.addAll(List.of("localhost", "127.0.0.1", "::1"));
    write(out, "tls", authority.coordinator(names, life, now), authority);
    write(out, "worker", authority.worker(null, life, now), authority);
    String ca = Files.readString(out.resolve("ca.crt"));
    for (String node : List.of("tls", "worker")) {
      secrets.certificate(
          node.equals("tls") ? "muster-coordinator-tls" : "muster-worker-tls",
          Files.readString(out.resolve(node + ".crt")),
          Files.readString(out.resolve(node + ".key")),
          ca);
    }
    return authority.certificate();
  }

  /** Hashes for the coordinators, each role's token for those who have that role. */
  private static void tokens(Path out, String fingerprint, KubernetesSecrets secrets)
      throws IOException {
    List<Tokens.Created> tokens = MadeTokens.in(out, fingerprint, Clock.systemUTC());
    secrets.file("muster-tokens", "tokens.json", Tokens.text(tokens));
    for (Tokens.Created each : tokens) {
      // no line end: others put it into a header as it is
      secrets.file(
          "muster-" + each.holder().role().text() + "-token", "token", each.token().text());
    }
  }

  private static void write(Path folder, String name, Credentials made, Authority authority)
      throws IOException {
    PrivateFiles.write(folder.resolve(name + ".key"), Pem.text(made.key()));
    PrivateFiles.write(
        folder.resolve(name + ".crt"),
        Pem.text(
            made.chain().stream().filter(each -> !each.equals(authority.certificate())).toList()));
  }
}
