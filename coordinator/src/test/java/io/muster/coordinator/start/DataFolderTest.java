package io.muster.coordinator.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.coordinator.journal.JournalId;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path folder;

  @Test
  void aFolderIsOneCoordinatorsAtATime() throws Exception {
    DataFolder first = DataFolder.open(folder);
    assertThatThrownBy(() -> DataFolder.open(folder))
        .isInstanceOf(StartRefused.class)
        .hasMessage(
            "data folder "
                + folder
                + " is in use by another coordinator, process "
                + ProcessHandle.current().pid());
    first.close();
    DataFolder.open(folder).close();
  }

  @Test
  void whatItHoldsIsClosedToOthersWhoeverMadeTheFolder() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    DataFolder.open(folder).close();
    try (Stream<Path> inner = Files.list(folder)) {
      assertThat(inner.filter(Files::isDirectory))
          .isNotEmpty()
          .allSatisfy(
              each ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                      .isEqualTo("rwx------"));
    }
  }

  @Test
  void anotherProcessKeepsItUntilItIsKilled() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> DataFolder.open(folder))
          .isInstanceOf(StartRefused.class)
          .hasMessageEndingWith("is in use by another coordinator, process " + holder.pid());
      holder.destroyForcibly().waitFor();
      DataFolder.open(folder).close();
    } finally {
      holder.destroyForcibly();
    }
  }

  /** Holds a folder until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      DataFolder.open(Path.of(args[0]));
      System.out.println("held");
      System.in.read();
    }
  }

  @Test
  void whatIsNoFolderIsRefusedAsThat() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> DataFolder.open(file))
        .isInstanceOf(StartRefused.class)
        .hasMessage("--data: " + file + " is not a folder");
  }

  @Test
  void anotherJournalIsRefused() throws Exception {
    DataFolder opened = DataFolder.open(folder);
    JournalId own = new JournalId("a");
    opened.requireJournal(own, "here");
    opened.requireJournal(own, "here");
    assertThatThrownBy(() -> opened.requireJournal(new JournalId("b"), "there"))
        .isInstanceOf(StartRefused.class)
        .hasMessageStartingWith("the journal there is not the one of data folder " + folder);
    opened.close();
  }

  @Test
  void anEmptyVersionIsDamage() throws Exception {
    DataFolder.open(folder).close();
    Files.writeString(folder.resolve("version"), "");
    assertThatThrownBy(() -> DataFolder.open(folder))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("is damaged, its file 'version' is empty");
  }

  @Test
  void aFolderOfANewerVersionIsRefused() throws Exception {
    DataFolder.open(folder).close();
    Files.writeString(folder.resolve("version"), "2\n");
    assertThatThrownBy(() -> DataFolder.open(folder))
        .isInstanceOf(StartRefused.class)
        .hasMessage(
            "data folder "
                + folder
                + " has version 2, this coordinator reads version 1: use the coordinator that wrote"
                + " it, or another --data");
  }

  @Test
  void aFolderThatCannotBeMadeIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
        .isInstanceOf(StartRefused.class)
        .hasMessageStartingWith("data folder " + file.resolve("data") + " is not writable");
  }
}
