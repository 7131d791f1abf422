package io.muster.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobRequestTest {
  private static JobRequest.Builder task() {
    return JobRequest.task(Tasks.Square.class);
  }

  private static JobRequest.Builder command() {
    return JobRequest.command("true");
  }

  private static Arguments refused(String words, Supplier<JobRequest.Builder> job) {
    return arguments(words, job);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        refused("the range 5..1 is upside down", () -> task().range(5, 1)),
        refused("more than 4611686018427387904 integers", () -> task().range(Long.MIN_VALUE, 1)),
        refused("from one place", () -> task().range(0, 1).lines(List.of("a"))),
        refused("timeout: more than 0", () -> task().timeout(Duration.ZERO)),
        refused("retries: not negative: -1", () -> task().retries(-1)),
        refused("crashLimit: at least 1: 0", () -> task().crashLimit(0)),
        refused("maxFailures: not negative: -1", () -> task().maxFailures(-1)),
        refused("chunk: at least 1: 0", () -> task().chunk(0)),
        refused("limit: not negative: -1", () -> task().limit(-1)),
        refused("memory: at least 16 MiB: 1", () -> task().memory(1)),
        refused("name: at most 200 characters: 201", () -> task().name("n".repeat(201))),
        refused("where: a label has a name", () -> task().where("", "a")),
        refused("env: a variable has a name", () -> task().env("", "a")),
        refused("travels by itself", () -> task().jar(Path.of("a.jar"))),
        refused("are for commands", () -> task().stdin()),
        refused("are for commands", () -> task().taskFolder()),
        refused("arg is for task classes", () -> command().arg("a", "b")),
        refused("did you mean sleep?", () -> JobRequest.io("slep")),
        refused("are for commands", () -> JobRequest.io("sleep").stdin()),
        refused("share a process", () -> JobRequest.io("sleep").memory(1 << 30)),
        refused("can't read Java objects", () -> JobRequest.io("sleep").inputs(List.of(1))),
        refused("rate: more than 0", () -> task().rate(0)),
        refused("limitPerKey: not negative: -1", () -> task().limitPerKey(-1)),
        refused("circuit: not negative: -1", () -> task().circuit(-1)),
        refused("a command has none", () -> command().circuit(3)),
        refused("stdin needs inputs", () -> command().stdin()),
        refused("say that too", () -> command().with(Path.of("a"))),
        refused("either cwd or taskFolder", () -> command().cwd(Path.of("/")).taskFolder()),
        refused("a command can't read Java objects", () -> command().inputs(List.of(1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void whatCanNotBeMeantIsRefusedInOneLine(String words, Supplier<JobRequest.Builder> job) {
    assertThatThrownBy(() -> job.get().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("\n");
  }
}
