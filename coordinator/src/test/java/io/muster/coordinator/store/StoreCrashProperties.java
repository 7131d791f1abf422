package io.muster.coordinator.store;

import static io.muster.coordinator.store.Sample.JOB;
import static io.muster.coordinator.store.Sample.WORKER;
import static io.muster.coordinator.store.Sample.failure;
import static io.muster.coordinator.store.Sample.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.journal.Epochs;
import io.muster.coordinator.store.FailureStream.TaskFailure;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Logged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever is appended and wherever it is cut off: what was committed is there, and nothing else.
 */
class StoreCrashProperties {
  /** What should be in the store. */
  private static final class Model {
    final SortedMap<Long, String> results = new TreeMap<>();
    final SortedMap<Long, String> failures = new TreeMap<>();
    final List<String> logs = new ArrayList<>();

    Model copy() {
      Model copy = new Model();
      copy.results.putAll(results);
      copy.failures.putAll(failures);
      copy.logs.addAll(logs);
      return copy;
    }
  }

  private final List<Long> firsts = new ArrayList<>();
  private long sequence;
  private long next;

  @Property(tries = 150)
  void aCrashAtAnyByteLeavesExactlyWhatWasCommitted(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Path data = Files.createTempDirectory("store");
    Model model = new Model();
    firsts.clear();
    sequence = 0;
    next = 0;
    try {
      for (int life = 1; life <= 4; life++) {
        model = liveAndCrash(data, model, random);
      }
    } finally {
      delete(data);
    }
  }

  private Model liveAndCrash(Path data, Model before, Random random) throws IOException {
    Model model = before.copy();
    try (FileStore store = new FileStore(data)) {
      store.open(epochs(), List.of(JOB));
      check(store, model);
      firsts.add(sequence + 1);
      int groups = random.nextInt(6);
      for (int i = 0; i < groups; i++) {
        append(store, firsts.size(), model, random);
        sequence++;
        if (random.nextInt(3) == 0) {
          check(store, model);
        }
      }
      if (groups == 0) {
        firsts.remove(firsts.size() - 1);
      }
    }
    SortedMap<String, Long> committed = sizes(data);
    long written = sequence;
    try (FileStore store = new FileStore(data)) {
      store.open(epochs(), List.of(JOB));
      append(store, firsts.size() + 1, model.copy(), random);
    }
    sequence = written;
    cut(data, committed, random);
    return model;
  }

  private Epochs epochs() {
    return new Epochs(firsts.stream().mapToLong(Long::longValue).toArray(), sequence);
  }

  private void append(FileStore store, long epoch, Model model, Random random) {
    StoreGroup group = store.group();
    int pieces = 1 + random.nextInt(5);
    List<long[]> intervals = new ArrayList<>();
    for (int i = 0; i < pieces; i++) {
      long size = 1 + random.nextInt(30);
      next += random.nextInt(4) == 0 ? random.nextInt(10_000) : 0;
      intervals.add(new long[] {next, next + size});
      next += size;
    }
    Collections.shuffle(intervals, random);
    String prefix = "x".repeat(random.nextInt(3) == 0 ? 3000 : 3);
    for (long[] interval : intervals) {
      long from = interval[0];
      int size = (int) (interval[1] - from);
      int[] failed = random.ints(0, size).limit(random.nextInt(4)).distinct().sorted().toArray();
      String message = "m" + random.nextInt(100);
      group.outcomes(
          JOB,
          WORKER,
          outcomes(prefix, from, interval[1], failure(message, "F" + random.nextInt(5)), failed),
          new boolean[failed.length]);
      for (long index = from; index < interval[1]; index++) {
        model.results.put(index, prefix + index);
      }
      for (int offset : failed) {
        model.results.remove(from + offset);
        model.failures.put(from + offset, message);
      }
    }
    if (!model.failures.isEmpty() && random.nextBoolean()) {
      long again = model.failures.firstKey();
      group.failure(JOB, WORKER, again, 2, failure("again", "F"));
      model.failures.put(again, "again");
    }
    String text = "log " + random.nextInt();
    group.log(
        new Logged(
            JOB, next, 1, ToCoordinator.LogStream.STDERR, text.getBytes(StandardCharsets.UTF_8)));
    model.logs.add(text);
    store.append(new GroupTag(epoch, sequence + 1), group).toCompletableFuture().join();
  }

  private static void check(FileStore store, Model model) throws IOException {
    assertThat(Sample.results(store)).isEqualTo(model.results);
    SortedMap<Long, String> failures = new TreeMap<>();
    try (FailureStream stream = store.failures(JOB, index -> true)) {
      for (TaskFailure at = stream.next(); at != null; at = stream.next()) {
        failures.put(at.index(), at.failure().message());
      }
    }
    assertThat(failures).isEqualTo(model.failures);
    List<String> logs = new ArrayList<>();
    try (LogStream stream = store.logs(JOB, OptionalLong.empty())) {
      for (Logged at = stream.next(); at != null; at = stream.next()) {
        logs.add(new String(at.bytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(logs).isEqualTo(model.logs);
  }

  private static SortedMap<String, Long> sizes(Path data) throws IOException {
    SortedMap<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file.toString(), Files.size(file));
      }
    }
    return sizes;
  }

  /** Anything of the last group may be on disk, and behind it what a file system makes up. */
  private static void cut(Path data, SortedMap<String, Long> committed, Random random)
      throws IOException {
    for (Map.Entry<String, Long> file : sizes(data).entrySet()) {
      long least = committed.getOrDefault(file.getKey(), 0L);
      long size = least + (long) (random.nextDouble() * (file.getValue() - least + 1));
      try (FileChannel channel =
          FileChannel.open(Path.of(file.getKey()), StandardOpenOption.WRITE)) {
        channel.truncate(size);
        if (random.nextInt(4) == 0) {
          channel.write(ByteBuffer.allocate(random.nextInt(200)), size);
        }
      }
    }
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
