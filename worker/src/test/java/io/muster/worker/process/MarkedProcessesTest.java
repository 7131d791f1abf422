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
}
