package io.muster.coordinator.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What may stand before the command's name. */
@Command(
    name = "muster",
    description = "Runs jobs on a cluster of worker processes, and loses nothing.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster demo",
      "  muster start",
      "  muster worker",
      "  muster submit --wait --range 0..10 -- echo 'task {}'",
      "  muster results last"
    })
final class MusterCommand {
  @Option(
      names = "--api",
      paramLabel = "HOST:PORT[,…]",
      description = "Where coordinators serve (MUSTER_API, else 127.0.0.1:7351).")
  private @Nullable String api;

  @Option(
      names = "--token",
      paramLabel = "TOKEN|@FILE",
      description = "What lets you in beyond loopback (MUSTER_TOKEN); @FILE keeps it out of sight.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file that has the token (MUSTER_TOKEN_FILE).")
  private @Nullable String tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Authorities to believe, PEM (MUSTER_CA; else the one that the token names).")
  private @Nullable String ca;

  @Option(
      names = "--output",
      paramLabel = "plain|json",
      description = "How to print: for people, or JSON alone.")
  private ClientCommand.@Nullable Format output;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help; 'muster COMMAND --help' tells of one command.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Nullable String api() {
    return api;
  }

  @Nullable String token() {
    return token;
  }

  @Nullable String tokenFile() {
    return tokenFile;
  }

  @Nullable String ca() {
    return ca;
  }

  ClientCommand.@Nullable Format output() {
    return output;
  }
}
