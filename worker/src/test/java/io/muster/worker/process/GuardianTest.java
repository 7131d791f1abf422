package io.muster.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardianTest {
  @TempDir Path folder;

  @Test
  void whenItsPipeEndsAllThatCarryTheMarkerAreKilledAndTheFoldersAreRemoved() throws Exception {
    String incarnation = UUID.randomUUID().toString();
    Path home = Files.createDirectory(folder.resolve("home"));
    Path removed = Files.createDirectories(folder.resolve("removed/inner")).getParent();
    GuardianProcess guardian = GuardianProcess.start(incarnation, home, List.of(removed));
    Process marked =
        Launch.start(
            new Launch(Map.of("PATH", "/usr/bin:/bin"))
                .builder(
                    List.of("sh", "-c", "setsid sleep 1000 & sleep 1000"),
                    folder,
                    incarnation + ".1",
                    Map.of()));
    ProcessHandle its = ProcessHandle.of(guardian.pid()).orElseThrow();
    guardian.close();
    its.onExit().get();
    assertThat(marked.waitFor()).isEqualTo(137);
    assertThat(MarkedProcesses.find(mark -> mark.startsWith(incarnation))).isEmpty();
    assertThat(removed).doesNotExist();
    assertThat(home).doesNotExist();
  }

  @Test
  void oneThatIsKilledIsReplacedByOneThatDoesTheSame() throws Exception {
    String incarnation = UUID.randomUUID().toString();
    Path home = Files.createDirectory(folder.resolve("home"));
    GuardianProcess guardian = GuardianProcess.start(incarnation, home, List.of());
    long first = guardian.pid();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    while (guardian.pid() == first) {
      Thread.onSpinWait();
    }
    Process marked =
        Launch.start(
            new Launch(Map.of("PATH", "/usr/bin:/bin"))
                .builder(List.of("sleep", "1000"), folder, incarnation + ".1", Map.of()));
    guardian.close();
    assertThat(marked.waitFor()).isEqualTo(137);
  }
}
