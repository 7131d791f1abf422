package io.muster.coordinator.cli;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.Pem;
import io.muster.coordinator.access.Authority;
import io.muster.coordinator.access.PrivateFiles;
import io.muster.node.tls.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code certs}: certificates as files, for those who keep the authority elsewhere. */
@Command(
    name = "certs",
    description = {
      "Makes an authority and certificates of it as files, for clusters that get them from"
          + " outside.",
      "Without it a coordinator is its own authority, and workers get theirs from it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster certs certs --host coordinator.example.org --host 10.0.0.5",
      "  muster start --host 10.0.0.5 --tls-cert certs/tls.crt --tls-key certs/tls.key \\",
      "      --tls-ca certs/ca.crt --tls-ca-key certs/ca.key"
    })
final class CertsCommand implements Callable<Integer> {
  private final Surroundings machine;

  @Parameters(
      paramLabel = "DIR",
      description =
          "Folder for ca.crt and ca.key (used if they are there), tls.crt, tls.key of a"
              + " coordinator and worker.crt, worker.key.")
  private Path folder = Path.of("");

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
    Path out = PrivateFiles.folder(machine.folder().resolve(folder));
    Authority authority = Authority.in(out, Instant.now());
    Duration life = Duration.ofDays(days);
    List<String> names = new ArrayList<>(hosts);
    names.addAll(List.of("localhost", "127.0.0.1", "::1"));
    try {
      Instant now = Instant.now();
      write(out, "tls", authority.coordinator(names, life, now), authority);
      write(out, "worker", authority.worker(null, life, now), authority);
    } catch (CertificateException e) {
      throw new Refused(ExitCode.REFUSED, "the authority in " + out + ": " + e.getMessage());
    }
    machine.say(
        "certificates for "
            + days
            + " days in "
            + out
            + "; authority "
            + Authorities.fingerprint(authority.certificate()));
    return ExitCode.DONE.number();
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
