package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.TokenStatus;
import io.muster.client.wire.CoordinatorApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code token}: who is let in. */
@Command(
    name = "token",
    description = "Makes, lists and revokes the tokens that let people and workers in.",
    synopsisSubcommandLabel = "create|list|revoke",
    footerHeading = "%nExamples:%n",
    footer = {
      "  muster token create worker    # prints the line that starts a worker elsewhere",
      "  muster token create submit --name alice --expires 30d",
      "  muster token list",
      "  muster token revoke alice"
    })
final class TokenCommand implements Callable<Integer> {
  private final Surroundings machine;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Spec private @Nullable CommandSpec spec;

  TokenCommand(Surroundings machine) {
    this.machine = machine;
  }

  CommandLine line() {
    return new CommandLine(this)
        .addSubcommand("create", new Create(machine))
        .addSubcommand("list", new List(machine))
        .addSubcommand("revoke", new Revoke(machine));
  }

  @Override
  public Integer call() {
    CommandSpec own = java.util.Objects.requireNonNull(spec);
    throw new ParameterException(own.commandLine(), "create, list or revoke is missing");
  }

  /** {@code token create}. */
  @Command(
      name = "create",
      description = "Makes a token and prints it, once; of a worker the whole line that starts it.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  muster token create worker",
        "  muster token create submit --name alice --expires 30d"
      })
  static final class Create extends ClientCommand {
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smhd])");

    @Parameters(
        paramLabel = "ROLE",
        description = "read: look; submit: also submit and cancel; admin: all; worker: join.")
    private String role = "";

    @Option(names = "--name", paramLabel = "NAME", description = "Whose it is (one is made).")
    private String name = "";

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        description = "How long it is let in, such as 12h or 30d (for ever).")
    private @Nullable String expires;

    Create(Surroundings machine) {
      super(machine);
    }

    @Override
    ExitCode run(CoordinatorApi cluster) throws IOException {
      TokenStatus.Created made =
          cluster.createToken(role, name, expires == null ? null : life(expires));
      boolean worker = role.equals("worker");
      String line = "java -jar worker.jar --join " + made.api() + " --token " + made.token();
      if (json()) {
        JsonLines lines = new JsonLines(machine.out());
        JsonGenerator json = lines.generator();
        json.writeStartObject();
        fields(json, made.status());
        json.writeStringField("token", made.token());
        if (worker) {
          json.writeStringField("line", line);
        }
        lines.endLine();
        return ExitCode.DONE;
      }
      machine.print(worker ? line : made.token());
      machine.say(
          "token '"
              + made.status().name()
              + "'; it is not shown again"
              + (worker ? "; who must not see it on a shared machine: --token-file FILE" : ""));
      return ExitCode.DONE;
    }

    private static Duration life(String text) {
      Matcher time = TIME.matcher(text);
      if (!time.matches() || Long.parseLong(time.group(1)) == 0) {
        throw new Refused(
            ExitCode.WRONG_USAGE, "--expires: not a time such as 12h or 30d: '" + text + "'");
      }
      long number = Long.parseLong(time.group(1));
      return switch (time.group(2)) {
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
  }

  /** {@code token list}. */
  @Command(
      name = "list",
      description = "Lists the tokens that are let in, without their secrets.",
      footerHeading = "%nExamples:%n",
      footer = "  muster token list")
  static final class List extends ClientCommand {
    List(Surroundings machine) {
      super(machine);
    }

    @Override
    ExitCode run(CoordinatorApi cluster) throws IOException {
      Table table =
          new Table("NAME", "ROLE", "CREATED", "EXPIRES", "CREATED BY")
              .cutting("NAME", "CREATED BY")
              .leavingOut("CREATED BY", "CREATED");
      Instant now = Instant.now();
      JsonLines lines = new JsonLines(machine.out());
      try (AnswerStream<TokenStatus> tokens = cluster.tokens()) {
        while (tokens.hasNext()) {
          TokenStatus token = tokens.next();
          if (json()) {
            JsonGenerator json = lines.generator();
            json.writeStartObject();
            fields(json, token);
            lines.endLine();
          }
          table.add(
              token.name(),
              token.role(),
              time(token.created(), now),
              time(token.expires(), now),
              token.createdBy().isEmpty() ? "-" : token.createdBy());
        }
      }
      if (!json()) {
        table.print(machine);
      }
      return ExitCode.DONE;
    }
  }

  private static Table.Cell time(@Nullable Instant time, Instant now) {
    return new Table.Cell(Text.time(time), Text.briefTime(time, now));
  }

  private static void fields(JsonGenerator json, TokenStatus token) throws IOException {
    json.writeStringField("name", token.name());
    json.writeStringField("role", token.role());
    json.writeStringField("created", token.created().toString());
    json.writeStringField("expires", token.expires() == null ? null : token.expires().toString());
    json.writeStringField("createdBy", token.createdBy());
  }

  /** {@code token revoke}. */
  @Command(
      name = "revoke",
      description = "Lets a token in no more, from now on.",
      footerHeading = "%nExamples:%n",
      footer = "  muster token revoke alice")
  static final class Revoke extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The token's name.")
    private String name = "";

    Revoke(Surroundings machine) {
      super(machine);
    }

    @Override
    ExitCode run(CoordinatorApi cluster) {
      cluster.revokeToken(name);
      machine.say("token '" + name + "' is revoked");
      return ExitCode.DONE;
    }
  }
}
