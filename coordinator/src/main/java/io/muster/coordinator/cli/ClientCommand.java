package io.muster.coordinator.cli;

import io.muster.client.model.ClusterException;
import io.muster.client.trust.Access;
import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.JobId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks a coordinator. */
abstract class ClientCommand implements Callable<Integer> {
  /** What {@code --output} may be. */
  enum Format {
    plain,
    json
  }

  protected final Surroundings machine;

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
  private @Nullable Format output;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  ClientCommand(Surroundings machine) {
    this.machine = machine;
  }

  @Override
  public final Integer call() throws IOException {
    try (CoordinatorApi connected = new CoordinatorApi(addresses(), access())) {
      ExitCode code = run(connected);
      machine.out().flush();
      return code.number();
    }
  }

  abstract ExitCode run(CoordinatorApi cluster) throws IOException;

  protected boolean json() {
    return (output != null ? output : root().output()) == Format.json;
  }

  private MusterCommand root() {
    CommandSpec own = spec;
    if (own != null && own.root().userObject() instanceof MusterCommand root) {
      return root;
    }
    throw new IllegalStateException("a command stands under muster");
  }

  /** The options that stood on the command line, dashes included, in their order. */
  protected List<String> matched() {
    CommandSpec own = spec;
    return own == null
        ? List.of()
        : own.commandLine().getParseResult().matchedOptions().stream()
            .map(option -> option.longestName())
            .toList();
  }

  private Access access() {
    String shown = token != null ? token : root().token();
    String file = tokenFile != null ? tokenFile : root().tokenFile();
    if (shown == null && file == null) { // what is said in words stands over the environment
      shown = given(null, null, "MUSTER_TOKEN");
      file = given(null, null, "MUSTER_TOKEN_FILE");
    }
    boolean asFile = shown == null || (tokenFile != null && token == null);
    String believed = given(ca, root().ca(), "MUSTER_CA");
    try {
      return Access.of(
          asFile && file != null ? "@" + file : shown, believed == null ? null : Path.of(believed));
    } catch (IllegalArgumentException e) {
      throw new Refused(ExitCode.WRONG_USAGE, "--token, --ca: " + e.getMessage());
    }
  }

  /** The nearest of three places. */
  private @Nullable String given(@Nullable String own, @Nullable String before, String variable) {
    if (own != null || before != null) {
      return own != null ? own : before;
    }
    String value = machine.environment().get(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  private List<String> addresses() {
    String given = api != null ? api : root().api();
    String source = "--api";
    if (given == null) {
      given = machine.environment().get("MUSTER_API");
      source = "MUSTER_API";
    }
    if (given == null || given.isEmpty() || given.startsWith("tcp://")) {
      return List.of("127.0.0.1:7351");
    }
    List<String> addresses = List.of(given.split(",", -1));
    for (String address : addresses) {
      if (!address.matches("(\\[[^]]+]|[^:\\s/]+):\\d{1,5}")
          || Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)) > 65_535) {
        throw new Refused(
            ExitCode.WRONG_USAGE, source + ": '" + address + "' is not an address HOST:PORT");
      }
    }
    return addresses;
  }

  /** The job that a user names by its number or as {@code last}. */
  protected JobId job(String text) {
    if (text.equals("last")) {
      return lastJob();
    }
    try {
      return new JobId(Long.parseLong(text));
    } catch (IllegalArgumentException e) {
      throw new Refused(
          ExitCode.WRONG_USAGE, "'" + text + "' is not a job: give its number, or last");
    }
  }

  /**
   * Does it to each of these jobs, whatever becomes of the others.
   *
   * @return the exit code of the worst
   */
  protected ExitCode each(List<String> jobs, Consumer<JobId> deed) {
    ExitCode worst = ExitCode.DONE;
    for (String text : jobs) {
      try {
        deed.accept(job(text));
      } catch (ClusterException.NotReached e) {
        throw e; // the others will not be either
      } catch (ClusterException | Refused e) {
        Refused refused = e instanceof ClusterException cluster ? Refused.of(cluster) : (Refused) e;
        machine.say("muster: " + refused.getMessage());
        worst = refused.code().compareTo(worst) > 0 ? refused.code() : worst;
      }
    }
    return worst;
  }

  /** The coordinator went away from somebody who follows a job, which goes on without it. */
  protected static Refused cutOff(ClusterException.NotReached away, JobId job, String command) {
    return new Refused(
        ExitCode.NO_COORDINATOR,
        away.getMessage()
            + "; job "
            + job
            + " goes on, 'muster "
            + command
            + " "
            + job
            + " -f' follows it again");
  }

  private JobId lastJob() {
    String at = String.join(",", addresses());
    return new LastJobs(machine.home())
        .at(at)
        .orElseThrow(
            () ->
                new Refused(
                    ExitCode.NOT_FOUND,
                    "there is no last job: nothing was submitted from here to " + at + " yet"));
  }

  /** Keeps what {@code last} means; a home that can't be written has none. */
  protected void remember(JobId job) {
    try {
      new LastJobs(machine.home()).remember(job, String.join(",", addresses()));
    } catch (IOException e) {
      machine.say("muster: can't keep what 'last' means: " + e);
    }
  }
}
