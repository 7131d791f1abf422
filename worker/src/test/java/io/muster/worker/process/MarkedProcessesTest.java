package io.muster.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkedProcessesTest {
  private final String mark = UUID.randomUUID() + ".1";
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(boolean marked, String... argv) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().clear();
    if (marked) {
      builder.environment().put(MarkedProcesses.VARIABLE, mark);
    }
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** In an exec the kernel shows a process without its environment for a moment. */
  @Test
  void oneThatIsAlwaysAtAnExecIsFoundToo(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("again");
    Files.writeString(script, "echo\nexec /bin/sh " + script + "\n");
    for (int i = 0; i < 20; i++) {
      Process process = start(true, "/bin/sh", script.toString());
      assertThat(process.getInputStream().readNBytes(2)).hasSize(2); // it is at it
      assertThat(MarkedProcesses.kill(mark::equals)).isTrue();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void oneWithoutAnEnvironmentIsLeftAloneAndHoldsNothingUp() throws Exception {
    Process other = start(false, "/bin/sleep", "1000");
    Process ours = start(true, "/bin/sleep", "1000");
    assertThat(MarkedProcesses.kill(mark::equals)).isTrue();
    assertThat(ours.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(other.isAlive()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, true", // in an exec that has not come so far
    "0, 140721000, 140721000, true", // at it
    "94500000, 140721000, 140721100, true", // it was not there when it was read
    "94500000, 140721000, 140721000, false" // started without one
  })
  void anExecIsOverWhenTheEndOfTheCodeIsKnown(
      long codeEnd, long start, long end, boolean isToHaveOne) {
    String stat =
        ("7 (a b) c) S 1 7 7 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 5 6 7 8 %d %d 11 12 13"
                + " 0 0 0 0 0 0 0 17 1 0 0 0 0 0 18 19 20 21 22 %d %d 0")
            .formatted(codeEnd == 0 ? 0 : 1, codeEnd, start, end);
    assertThat(MarkedProcesses.isToHaveEnvironment(stat)).isEqualTo(isToHaveOne);
  }
}
