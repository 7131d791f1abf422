package io.muster.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.LocalCluster;
import io.muster.client.Muster;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.WorkerStatus;
import io.muster.client.wire.CoordinatorApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the class path, as in an IDE; with the jar: {@code LocalIT} in deploy. */
class LocalStarterTest {
  @TempDir Path temp;
  private String before;

  @BeforeEach
  void ownTemporaryFolder() {
    before = System.setProperty("java.io.tmpdir", temp.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty("java.io.tmpdir", before);
  }

  @Test
  void itHasAsManySlotsAsAskedForAndLeavesNothing() throws IOException {
    LocalCluster.Starter starter =
        ServiceLoader.load(LocalCluster.Starter.class).findFirst().orElseThrow();
    try (LocalCluster cluster = starter.start(3);
        CoordinatorApi api = new CoordinatorApi(List.of(cluster.address()));
        AnswerStream<WorkerStatus> workers = api.workers()) {
      WorkerStatus worker = workers.next();
      assertThat(worker.slots()).isEqualTo(3);
      assertThat(workers.hasNext()).isFalse();
      assertThat(temp).isNotEmptyDirectory();
    }
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).isEmpty();
    }
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void callsFailWhenTheProcessOfTheClusterIsKilled() {
    try (Muster muster = Muster.local(1)) {
      Future<Integer> endless = muster.executor().submit(LocalStarterTest::sleeps);
      ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
      assertThatThrownBy(endless::get)
          .hasMessageContaining("the local cluster's process has ended with exit code 137");
      assertThatThrownBy(() -> muster.pool().apply(LocalStarterTest::sleeps))
          .hasMessageContaining("the local cluster's process has ended");
    }
  }

  private static int sleeps() throws InterruptedException {
    Thread.sleep(Long.MAX_VALUE);
    return 1;
  }

  @Test
  void aTemporaryFolderWithALongNameIsFine() throws Exception {
    Path deep = Files.createDirectories(temp.resolve("a".repeat(100)));
    System.setProperty("java.io.tmpdir", deep.toString());
    try (Muster muster = Muster.local(1)) {
      assertThat(muster.executor().submit(() -> 6 * 7).get()).isEqualTo(42);
    }
  }

  @Test
  void itHasAtLeastOneProcess() {
    assertThatThrownBy(() -> new LocalStarter().start(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }
}
