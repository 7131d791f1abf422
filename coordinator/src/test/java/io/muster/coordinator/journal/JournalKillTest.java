package io.muster.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.store.FileStore;
import io.muster.coordinator.store.GroupTag;
import io.muster.coordinator.store.StoreGroup;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Values;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator's journal and store, killed in the middle of what they write. */
class JournalKillTest {
  private static final int KILLS = Integer.getInteger("muster.kills", 3);
  private static final JobId JOB = new JobId(1);

  @TempDir Path folder;

  @Test
  void everyAcknowledgedWriteSurvivesAKill() throws Exception {
    Random random = new Random();
    long acknowledged = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      acknowledged = liveAndDie(acknowledged, 20 + random.nextInt(600));
    }
    try (JournalNode node = new JournalNode(new JournalPlace.Embedded(folder));
        FileStore store = new FileStore(folder)) {
      long last = node.recovered.epochs().last();
      assertThat(last).isGreaterThanOrEqualTo(acknowledged);
      assertThat(node.recovered.epochs().next()).isGreaterThan(KILLS);
      long snapshot = node.snapshot.map(read -> read.sequence()).orElse(0L);
      assertThat(node.groups)
          .containsExactlyElementsOf(LongStream.rangeClosed(snapshot + 1, last).boxed().toList());
      store.open(node.recovered.epochs(), List.of(JOB));
      Values inputs = store.inputs(JOB, new Interval(0, last));
      for (int i = 0; i < last; i++) {
        assertThat(JournalNode.number(Arrays.copyOfRange(inputs.bytes(), 8 * i, 8 * i + 8)))
            .isEqualTo(i + 1);
      }
    }
  }

  /** Kills it when it has acknowledged so many more; returns the last that it acknowledged. */
  private long liveAndDie(long before, int more) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long last = before;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String recovered = lines.readLine();
      assertThat(recovered).startsWith("recovered ");
      assertThat(Long.parseLong(recovered.substring(10))).isGreaterThanOrEqualTo(before);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = Math.max(last, Long.parseLong(line));
        if (more-- == 0) {
          // the handle leaves the pipe open: what it said before counts
          child.toHandle().destroyForcibly();
        }
      }
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).isEqualTo(128 + 9);
    return last;
  }

  /** Stores and writes one record after the other, and says each that is acknowledged. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      JournalNode node = new JournalNode(new JournalPlace.Embedded(folder));
      FileStore store = new FileStore(folder);
      Epochs epochs = node.recovered.epochs();
      store.open(epochs, List.of(JOB));
      System.out.println("recovered " + epochs.last());
      for (long number = epochs.last() + 1; ; number++) {
        StoreGroup group = store.group();
        group.inputs(
            JOB,
            number - 1,
            new Values(Encoding.BYTES, JournalNode.bytes(number, 8), new int[] {8}, List.of()));
        store.append(new GroupTag(epochs.next(), number), group).toCompletableFuture().join();
        Optional<byte[]> snapshot =
            number % 100 == 0 ? Optional.of(JournalNode.bytes(number, 5000)) : Optional.empty();
        if (!JournalNode.written(node.write(number, snapshot), number)) {
          throw new IllegalStateException("not written: " + number);
        }
        System.out.println(number);
      }
    }
  }
}
