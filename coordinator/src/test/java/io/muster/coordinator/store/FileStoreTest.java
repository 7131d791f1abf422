package io.muster.coordinator.store;

import static io.muster.coordinator.store.Sample.FIRST;
import static io.muster.coordinator.store.Sample.JOB;
import static io.muster.coordinator.store.Sample.WORKER;
import static io.muster.coordinator.store.Sample.failure;
import static io.muster.coordinator.store.Sample.outcomes;
import static io.muster.coordinator.store.Sample.results;
import static io.muster.coordinator.store.Sample.texts;
import static io.muster.coordinator.store.Sample.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.coordinator.journal.Epochs;
import io.muster.coordinator.store.FailureStream.TaskFailure;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Logged;
import io.muster.protocol.Values;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
  @TempDir Path data;
  private FileStore store;
  private long sequence;

  @BeforeEach
  void openStore() throws IOException {
    store = new FileStore(data);
    store.open(FIRST, List.of());
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void append(Consumer<StoreGroup> what) {
    StoreGroup group = store.group();
    what.accept(group);
    store.append(new GroupTag(1, ++sequence), group).toCompletableFuture().join();
  }

  /** As after a crash: records to {@code last} were written, by the first epoch. */
  private void reopen(long last) throws IOException {
    store.close();
    store = new FileStore(data);
    store.open(new Epochs(new long[] {1}, last), List.of(JOB));
  }

  @Test
  void resultsComeInIndexOrderWhateverTheOrderOfArrival() throws IOException {
    append(
        group -> {
          group.outcomes(JOB, WORKER, outcomes("r", 200, 300), new boolean[0]);
          group.outcomes(JOB, WORKER, outcomes("r", 0, 100), new boolean[0]);
        });
    append(group -> group.outcomes(JOB, WORKER, outcomes("r", 100, 200), new boolean[0]));

    TreeMap<Long, String> expected = new TreeMap<>();
    LongStream.range(0, 300).forEach(i -> expected.put(i, "r" + i));
    assertThat(results(store)).isEqualTo(expected);
    assertThat(results(store, 150, 160, i -> i % 2 == 0))
        .containsOnlyKeys(150L, 152L, 154L, 156L, 158L);
    reopen(2);
    assertThat(results(store)).isEqualTo(expected);
  }

  @Test
  void aJobWithoutResultsHasNone() throws IOException {
    assertThat(results(store)).isEmpty();
    assertThat(store.result(JOB)).isNull();
    try (FailureStream failures = store.failures(JOB, i -> true)) {
      assertThat(failures.next()).isNull();
    }
  }

  @Test
  void aPageHoldsAboutWhatWasAskedFor() throws IOException {
    append(group -> group.outcomes(JOB, WORKER, outcomes("0123456789", 10, 99), new boolean[0]));
    try (ResultStream stream = store.results(JOB, 0, 1000, i -> true)) {
      ResultStream.Page first = stream.next(50);
      assertThat(first.indices()).containsExactly(10, 11, 12, 13);
      assertThat(stream.next(1).indices()).containsExactly(14);
    }
  }

  @Test
  void whatNoRecordNamesIsAsIfItNeverWas() throws IOException {
    append(group -> group.outcomes(JOB, WORKER, outcomes("a", 0, 10), new boolean[0]));
    append(group -> group.outcomes(JOB, WORKER, outcomes("lost", 10, 20), new boolean[0]));
    reopen(1);
    assertThat(results(store)).hasSize(10);

    StoreGroup group = store.group();
    group.outcomes(JOB, WORKER, outcomes("b", 10, 12), new boolean[0]);
    store.append(new GroupTag(2, 2), group).toCompletableFuture().join();
    assertThat(results(store)).hasSize(12).containsEntry(10L, "b10");
  }

  @Test
  void foldersOfJobsThatNobodyKnowsAreDeleted() throws IOException {
    append(group -> group.outcomes(new JobId(8), WORKER, outcomes("a", 0, 1), new boolean[0]));
    append(group -> group.outcomes(JOB, WORKER, outcomes("a", 0, 1), new boolean[0]));
    reopen(2);
    assertThat(data.resolve("jobs")).isDirectoryNotContaining("glob:**/8");
    assertThat(results(store)).hasSize(1);
  }

  @Test
  void aForgottenJobIsGone() throws IOException {
    append(group -> group.outcomes(JOB, WORKER, outcomes("a", 0, 1), new boolean[0]));
    store.forget(JOB);
    append(group -> {});
    assertThat(data.resolve("jobs/7")).doesNotExist();
    assertThat(results(store)).isEmpty();
  }

  @Test
  void inputsOfAnyIntervalAreRead() throws IOException {
    String long1 = "x".repeat(40_000);
    append(group -> group.inputs(JOB, 0, values("0", "1", long1, "3", long1)));
    append(group -> group.inputs(JOB, 5, values("5", "6")));
    for (int round = 0; round < 2; round++) {
      List<String> all = List.of("0", "1", long1, "3", long1, "5", "6");
      for (int from = 0; from < 7; from++) {
        for (int until = from + 1; until <= 7; until++) {
          assertThat(texts(store.inputs(JOB, new Interval(from, until))))
              .isEqualTo(all.subList(from, until));
        }
      }
      List<Integer> lengths = new ArrayList<>();
      store.inputLengths(
          JOB,
          block -> {
            for (int length : block) {
              lengths.add(length);
            }
          });
      assertThat(lengths).containsExactly(1, 1, 40_000, 1, 40_000, 1, 1);
      reopen(2);
    }
  }

  @Test
  void spooledInputsBecomeTheJobs() throws IOException {
    InputSpool spool = store.spool();
    spool.append(values("a", "b"));
    spool.append(values("c"));
    assertThat(spool.count()).isEqualTo(3);
    append(group -> group.inputs(JOB, spool));
    spool.close();
    append(group -> group.inputs(JOB, 3, values("d")));
    reopen(2);
    assertThat(texts(store.inputs(JOB, new Interval(0, 4)))).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aSpoolThatNobodyTookIsGone() throws IOException {
    InputSpool spool = store.spool();
    spool.append(values("a"));
    spool.close();
    assertThat(data.resolve("spool")).isEmptyDirectory();
  }

  @Test
  void blobsKeepTheirPlacesAndAreNamed() throws IOException {
    BlobRef blob = new BlobRef(new BlobId("ab".repeat(32)), 50_000_000, "");
    Values values =
        new Values(
            Encoding.JSON,
            "13".getBytes(StandardCharsets.UTF_8),
            new int[] {1, 0, 1},
            List.of(new Values.BlobValue(1, blob)));
    append(group -> group.inputs(JOB, 0, values));
    reopen(1);
    assertThat(store.inputs(JOB, new Interval(1, 3)).blobs())
        .containsExactly(new Values.BlobValue(0, blob));
    List<BlobId> named = new ArrayList<>();
    store.namedBlobs(named::add);
    assertThat(named).containsExactly(blob.id());
  }

  @Test
  void theLastResultOfAJobCounts() throws IOException {
    append(group -> group.result(JOB, values("1")));
    append(group -> group.result(JOB, values("2")));
    append(group -> group.result(JOB, values("3")));
    assertThat(texts(store.result(JOB))).containsExactly("3");
    reopen(2);
    assertThat(texts(store.result(JOB))).containsExactly("2");
  }

  @Test
  void ofSeveralFailuresOfATaskTheLastIsTold() throws IOException {
    append(
        group ->
            group.outcomes(
                JOB,
                WORKER,
                outcomes("r", 0, 4, failure("first", "A"), 1, 2, 3),
                new boolean[] {false, true, false}));
    append(group -> group.failure(JOB, WORKER, 1, 4, failure("second", "B")));
    try (FailureStream failures = store.failures(JOB, i -> true)) {
      assertThat(failures.next()).isEqualTo(new TaskFailure(1, 4, WORKER, failure("second", "B")));
      assertThat(failures.next()).isEqualTo(new TaskFailure(3, 1, WORKER, failure("first", "A")));
      assertThat(failures.next()).isNull();
    }
    assertThat(results(store)).containsOnlyKeys(0L);
  }

  @Test
  void furtherFailuresHaveTheTextOfTheFirstLikeThem() throws IOException {
    for (int i = 0; i < Causes.WHOLE + 10; i++) {
      int index = i;
      append(
          group ->
              group.failure(JOB, WORKER, index, 1, failure("number " + index, "F" + index % 2)));
      if (i == Causes.WHOLE + 4) {
        reopen(sequence);
        store.open(new Epochs(new long[] {1}, sequence), List.of(JOB));
      }
    }
    try (FailureStream failures = store.failures(JOB, i -> i >= 999)) {
      assertThat(failures.next().failure().message()).isEqualTo("number 999");
      for (int i = 1000; i < 1010; i++) {
        assertThat(failures.next())
            .isEqualTo(
                new TaskFailure(i, 1, WORKER, failure("number " + (1000 + i % 2), "F" + i % 2)));
      }
      assertThat(failures.next()).isNull();
    }
  }

  @Test
  void aMillionFailuresTakeAFewMegabytes() throws IOException {
    int[] failed = java.util.stream.IntStream.range(0, 1000).map(i -> 2 * i + 1).toArray();
    for (long chunk = 0; chunk < 1000; chunk++) {
      long from = chunk * 2000;
      append(
          group ->
              group.outcomes(
                  JOB,
                  WORKER,
                  outcomes("", from, from + 2000, failure("m", "F"), failed),
                  new boolean[1000]));
    }
    assertThat(store.size()).isLessThan(25_000_000);
    long count = 0;
    try (FailureStream failures = store.failures(JOB, i -> true)) {
      for (TaskFailure next = failures.next(); next != null; next = failures.next()) {
        assertThat(next.index()).isEqualTo(2 * count + 1);
        count++;
      }
    }
    assertThat(count).isEqualTo(1_000_000);
  }

  @Test
  void logsComeInTheOrderOfArrivalAndGoOnWhereTheyEnded() throws IOException {
    append(
        group -> {
          group.log(log(5, "a"));
          group.log(log(-1, "job"));
        });
    append(group -> group.log(log(3, "b")));
    try (LogStream all = store.logs(JOB, OptionalLong.empty());
        LogStream five = store.logs(JOB, OptionalLong.of(5))) {
      assertThat(all.next()).isEqualTo(log(5, "a"));
      assertThat(all.next()).isEqualTo(log(-1, "job"));
      assertThat(all.next()).isEqualTo(log(3, "b"));
      assertThat(all.next()).isNull();
      assertThat(five.next()).isEqualTo(log(5, "a"));
      assertThat(five.next()).isNull();

      append(group -> group.log(log(5, "c")));
      assertThat(all.next()).isEqualTo(log(5, "c"));
      assertThat(five.next()).isEqualTo(log(5, "c"));
    }
  }

  private static Logged log(long index, String text) {
    return new Logged(
        JOB, index, 1, ToCoordinator.LogStream.STDOUT, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void moreJobsThanAreKeptOpenAreReadAndWritten() throws IOException {
    for (int round = 0; round < 2; round++) {
      int from = round;
      for (int job = 1; job <= 100; job++) {
        JobId id = new JobId(job);
        append(group -> group.outcomes(id, WORKER, outcomes("r", from, from + 1), new boolean[0]));
      }
    }
    for (int job = 1; job <= 100; job++) {
      try (ResultStream stream = store.results(new JobId(job), 0, 9, i -> true)) {
        assertThat(stream.next(1000).indices()).containsExactly(0, 1);
      }
    }
  }

  @Test
  void aFullDiskFailsTheGroupAndAllThatFollow() throws IOException {
    append(group -> group.outcomes(JOB, WORKER, outcomes("r", 0, 10), new boolean[0]));
    store.close();
    long[] room = {100};
    store = new FileStore(data, (path, options) -> full(path, room, options));
    store.open(new Epochs(new long[] {1}, 1), List.of(JOB));

    StoreGroup group = store.group();
    group.outcomes(JOB, WORKER, outcomes("lost", 10, 100), new boolean[0]);
    assertThatThrownBy(() -> store.append(new GroupTag(2, 2), group).toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("No space left on device");
    room[0] = Long.MAX_VALUE;
    assertThatThrownBy(
            () -> store.append(new GroupTag(2, 3), store.group()).toCompletableFuture().join())
        .hasMessageContaining("failed before");

    store.open(new Epochs(new long[] {1}, 1), List.of(JOB));
    assertThat(results(store)).hasSize(10);
    StoreGroup again = store.group();
    again.outcomes(JOB, WORKER, outcomes("r", 10, 20), new boolean[0]);
    store.append(new GroupTag(2, 2), again).toCompletableFuture().join();
    assertThat(results(store)).hasSize(20).containsEntry(15L, "r15");
  }

  /** Writes as much as there is room for, then fails. */
  private static FileChannel full(Path path, long[] room, java.nio.file.OpenOption... options)
      throws IOException {
    FileChannel channel = FileChannel.open(path, options);
    if (!Set.of(options).contains(StandardOpenOption.WRITE)) {
      return channel;
    }
    return new FullChannel(channel, room);
  }

  @Test
  void aDamagedBlockIsNamedNotShown() throws IOException {
    append(group -> group.outcomes(JOB, WORKER, outcomes("r", 0, 10), new boolean[0]));
    Path file = data.resolve("jobs/7/results");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), Block.HEAD + 20);
    }
    assertThatThrownBy(() -> results(store))
        .isInstanceOf(IOException.class)
        .hasMessage("damaged: " + file + " at byte 0");
    assertThat(Files.size(file)).isPositive();
  }
}
