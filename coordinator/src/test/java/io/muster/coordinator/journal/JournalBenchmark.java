package io.muster.coordinator.journal;

import io.muster.coordinator.store.FileStore;
import io.muster.coordinator.store.GroupTag;
import io.muster.coordinator.store.StoreGroup;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long a group takes: its bytes in the store, then its record in the journal. Arguments:
 * groups, tasks a group, bytes a result, bytes a record, records a snapshot.
 */
public final class JournalBenchmark {
  private static final JobId JOB = new JobId(1);

  private JournalBenchmark() {}

  public static void main(String[] args) throws Exception {
    int groups = argument(args, 0, 5000);
    int tasks = argument(args, 1, 100);
    int resultBytes = argument(args, 2, 20);
    int recordBytes = argument(args, 3, 300);
    int snapshotEvery = argument(args, 4, 1000);
    Path folder = Files.createTempDirectory("journal");
    long start = System.nanoTime();
    JournalPlace place = new JournalPlace.Embedded(folder);
    JournalDatabase.open(place).close();
    say("database made and closed", start);
    start = System.nanoTime();
    try (JournalNode node = new JournalNode(place);
        FileStore store = new FileStore(folder)) {
      say("database opened, actor system started, recovered", start);
      store.open(node.recovered.epochs(), List.of(JOB));
      int[] lengths = new int[tasks];
      Arrays.fill(lengths, resultBytes);
      Values values = new Values(Encoding.BYTES, new byte[tasks * resultBytes], lengths, List.of());
      long storing = 0;
      start = System.nanoTime();
      for (int i = 1; i <= groups; i++) {
        StoreGroup group = store.group();
        group.outcomes(JOB, new WorkerId("w"), outcomes((long) i * tasks, values), new boolean[0]);
        long before = System.nanoTime();
        store.append(new GroupTag(1, i), group).toCompletableFuture().join();
        storing += System.nanoTime() - before;
        node.journal.tell(
            new Journal.Write(
                JournalNode.bytes(i, recordBytes),
                i % snapshotEvery == 0 ? Optional.of(new byte[100_000]) : Optional.empty()));
        if (!JournalNode.written(node.said(), i)) {
          throw new IllegalStateException("not written: " + i);
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%d groups of %d results: %.0f groups/s, %.3f ms a group (store %.3f ms), %.0f results/s,"
              + " %.1f MB/s of results%n",
          groups,
          tasks,
          groups / seconds,
          1000 * seconds / groups,
          storing / 1e6 / groups,
          (double) groups * tasks / seconds,
          (double) groups * tasks * resultBytes / seconds / 1e6);
      System.out.printf(
          "data folder %d KB, jobs %d KB%n", size(folder), size(folder.resolve("jobs")));
    }
    System.out.printf("after the end %d KB%n", size(folder));
    start = System.nanoTime();
    try (JournalNode node = new JournalNode(place)) {
      say("recovered " + node.groups.size() + " records", start);
    }
  }

  private static Outcomes outcomes(long from, Values values) {
    return new Outcomes(
        new AttemptId(1, 1),
        new Interval(from, from + values.count()),
        false,
        values,
        new int[0],
        new int[0],
        new int[0],
        List.of(),
        1);
  }

  private static int argument(String[] args, int at, int otherwise) {
    return at < args.length ? Integer.parseInt(args[at]) : otherwise;
  }

  private static void say(String what, long since) {
    System.out.printf("%s: %d ms%n", what, (System.nanoTime() - since) / 1_000_000);
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes / 1024;
    }
  }
}
