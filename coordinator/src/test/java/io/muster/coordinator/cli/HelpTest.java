package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class HelpTest {
  /** As wide as a terminal that nobody has made wider. */
  private static final int WIDTH = 80;

  @ParameterizedTest
  @ValueSource(
      classes = {
        MusterCommand.class,
        SubmitCommand.class,
        JobsCommand.class,
        JobCommand.class,
        WorkersCommand.class,
        WaitCommand.class,
        WatchCommand.class,
        ResultsCommand.class,
        FailuresCommand.class,
        LogsCommand.class,
        CancelCommand.class,
        RetryCommand.class,
        ForgetCommand.class,
        ExplainCommand.class,
        DrainCommand.class,
        StartCommand.class,
        StopCommand.class,
        DemoCommand.class,
        CompletionCommand.class
      })
  void anExampleThatIsCopiedFromTheTerminalIsOneCommand(Class<?> command) {
    assertThat(command.getAnnotation(Command.class).footer())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line.length()).isLessThan(WIDTH));
  }
}
