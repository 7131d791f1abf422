package io.muster.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.worker.process.MarkedProcesses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
  @TempDir Path temporaryFiles;

  private final String incarnation = UUID.randomUUID().toString();
  private WorkFolder own;
  private Process left;

  @BeforeEach
  void start() throws Exception {
    own = WorkFolder.at(temporaryFiles.resolve("own"));
    ProcessBuilder command = new ProcessBuilder("sleep", "1000");
    command.environment().put(MarkedProcesses.VARIABLE, incarnation + ".1");
    left = command.start();
  }

  @AfterEach
  void end() throws Exception {
    left.destroyForcibly();
    own.close();
  }

  @Test
  void whatADeadWorkerLeftIsEndedAndItsFoldersAreRemoved() throws Exception {
    WorkFolder dead = WorkFolder.at(temporaryFiles.resolve("muster-worker-1"));
    Path other = Files.createDirectory(temporaryFiles.resolve("other"));
    Leftovers.note(dead, incarnation, List.of(other));
    dead.lock().close(); // as the death of its process does
    Leftovers.look(temporaryFiles, own);
    assertThat(left.waitFor()).isEqualTo(137);
    assertThat(dead.root()).doesNotExist();
    assertThat(other).doesNotExist();
  }

  @Test
  void aWorkerThatLooksKeepsItsOwnFolder() throws Exception {
    WorkFolder looking = WorkFolder.at(temporaryFiles.resolve("muster-worker-1"));
    Leftovers.note(looking, incarnation, List.of());
    Leftovers.look(temporaryFiles, looking);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                NextWorker.class.getName(),
                temporaryFiles.toString())
            .inheritIO()
            .start();
    assertThat(other.waitFor()).isZero();
    assertThat(left.isAlive()).isTrue();
    assertThat(looking.temp()).exists();
    looking.close();
  }

  /** Another worker on the machine, in a process of its own: a lock is a process's. */
  static final class NextWorker {
    private NextWorker() {}

    public static void main(String[] args) throws Exception {
      Path temporaryFiles = Path.of(args[0]);
      WorkFolder own = WorkFolder.at(temporaryFiles.resolve("muster-worker-2"));
      Leftovers.look(temporaryFiles, own);
      own.close();
    }
  }

  @Test
  void whatALivingWorkerRunsGoesOn() throws Exception {
    WorkFolder living = WorkFolder.at(temporaryFiles.resolve("muster-worker-1"));
    Leftovers.note(living, incarnation, List.of());
    Leftovers.look(temporaryFiles, own);
    assertThat(left.isAlive()).isTrue();
    assertThat(living.temp()).exists();
    living.close();
  }

  @Test
  void theNextWorkerInAFolderEndsWhatTheOneBeforeLeft() throws Exception {
    Path root = temporaryFiles.resolve("named");
    WorkFolder dead = WorkFolder.at(root);
    Leftovers.note(dead, incarnation, List.of());
    dead.lock().close();
    WorkFolder next = WorkFolder.at(root);
    Leftovers.note(next, UUID.randomUUID().toString(), List.of());
    assertThat(left.waitFor()).isEqualTo(137);
    next.close();
    assertThat(root.resolve("worker")).doesNotExist();
  }
}
