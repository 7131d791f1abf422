package io.muster.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  @TempDir Path folder;
  private Path jar;

  @BeforeEach
  void jar() throws IOException {
    jar = Files.createFile(folder.resolve("a.jar"));
  }

  private static void end(ClassArchive archive, String command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    process.waitFor();
    archive.ended(process);
  }

  @Test
  void withoutAJarThatStaysThereIsNone() throws Exception {
    ClassArchive none = ClassArchive.of(null);
    assertThat(none.use()).isEmpty();
    assertThat(none.write()).isEmpty();
    end(none, "true");
  }

  @Test
  void whatAProcessThatSucceededWroteIsUsedFromThenOn() throws Exception {
    ClassArchive first = ClassArchive.of(jar);
    assertThat(first.use()).isEmpty();
    Files.createFile(first.fresh());
    assertThat(first.write()).contains("-XX:ArchiveClassesAtExit=" + first.fresh());
    end(first, "true");
    assertThat(first.use()).contains("-XX:SharedArchiveFile=" + first.file());
    assertThat(first.fresh()).doesNotExist();

    ClassArchive next = ClassArchive.of(jar);
    assertThat(next.file()).isEqualTo(first.file());
    assertThat(next.write()).isEmpty();
    assertThat(next.use()).isEqualTo(first.use());
  }

  @Test
  void whatAProcessThatFailedWroteIsRemoved() throws Exception {
    ClassArchive archive = ClassArchive.of(jar);
    Files.createFile(archive.fresh());
    end(archive, "false");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(jar);
    }
    assertThat(archive.use()).isEmpty();
  }

  @Test
  void anArchiveOfAJarThatWasPutThereAgainIsMadeAgain() throws Exception {
    Path file = ClassArchive.of(jar).file();
    Files.createFile(file);
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
    ClassArchive again = ClassArchive.of(jar);
    assertThat(again.use()).isEmpty();
    assertThat(again.write()).isNotEmpty();
  }

  @Test
  void whatKilledProgramsLeftIsRemovedAfterAnHour() throws Exception {
    Path left = Files.createFile(folder.resolve("left.new"));
    Path young = Files.createFile(folder.resolve("young.new"));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    ClassArchive.of(jar);
    assertThat(left).doesNotExist();
    assertThat(young).exists();
  }
}
