package io.muster.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.journal.Epochs;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stages gave, and in which order it comes back. */
class PassedOnTest {
  private static final JobId WHOLE = new JobId(10);
  private static final JobId SECOND = new JobId(12);
  private static final JobId THIRD = new JobId(13);
  private static final List<JobId> THROUGH = List.of(WHOLE, THIRD, SECOND);

  @TempDir Path folder;

  /** An output: the way it went, stage by stage, as its place among what each task gave. */
  private record Line(List<Long> path, long line, String text) {
    static final Comparator<Line> ORDER =
        (a, b) -> {
          for (int k = 0; k < Math.min(a.path.size(), b.path.size()); k++) {
            int order = Long.compare(a.path.get(k), b.path.get(k));
            if (order != 0) {
              return order;
            }
          }
          return 0;
        };
  }

  /** What is in the store by rights: of each job, its inputs in the order of their numbers. */
  private static final class Model {
    final List<Line> second = new ArrayList<>();
    final List<Line> third = new ArrayList<>();
    final List<Line> whole = new ArrayList<>();
    final Set<Integer> secondEnded = new HashSet<>();
    final Set<Integer> thirdEnded = new HashSet<>();
    long nextLine;

    Model copy() {
      Model copy = new Model();
      copy.second.addAll(second);
      copy.third.addAll(third);
      copy.whole.addAll(whole);
      copy.secondEnded.addAll(secondEnded);
      copy.thirdEnded.addAll(thirdEnded);
      copy.nextLine = nextLine;
      return copy;
    }
  }

  /** Some neighbouring tasks of a stage end; those that failed or were filtered give nothing. */
  private static void pass(
      StoreGroup group, JobId to, List<Line> into, List<Line> from, long first, Random random) {
    int size = 1 + random.nextInt(6);
    List<String> texts = new ArrayList<>();
    List<Integer> failed = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    long start = into.size();
    boolean flattens = random.nextInt(3) > 0;
    for (int k = 0; k < size; k++) {
      if (random.nextInt(8) == 0) {
        failed.add(k);
        continue;
      }
      long task = first + k;
      Line line = from.isEmpty() ? new Line(List.of(task), task, "") : from.get((int) task);
      int count = flattens ? random.nextInt(4) : 1;
      counts.add(count);
      for (int c = 0; c < count; c++) {
        List<Long> path = new ArrayList<>(line.path());
        path.add((long) c);
        String text = to + ":" + path + "x".repeat(random.nextInt(5) == 0 ? 4000 : 0);
        texts.add(text);
        into.add(new Line(path, line.line(), text));
      }
    }
    Failure failure = Sample.failure("no", "at");
    group.passed(
        to,
        start,
        new Outcomes(
            new AttemptId(1, 1),
            new Interval(first, first + size),
            false,
            Sample.values(texts.toArray(String[]::new)),
            ints(failed),
            new int[failed.size()],
            IntStream.generate(() -> 1).limit(failed.size()).toArray(),
            failed.isEmpty() ? List.of() : List.of(failure),
            1,
            flattens ? ints(counts) : Outcomes.ONE_EACH));
  }

  /** Where a few tasks begin that have not ended yet, or nothing. */
  private static List<Long> some(Set<Integer> ended, int tasks, Random random) {
    int chunk = tasks < 6 ? 0 : random.nextInt(tasks / 6);
    return tasks >= 6 && ended.add(chunk) ? List.of(6L * chunk) : List.of();
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void group(FileStore store, GroupTag tag, Model model, Random random) {
    StoreGroup group = store.group();
    for (int k = 0; k < 1 + random.nextInt(4); k++) {
      // first tasks end out of order, as on many workers
      long first = (model.nextLine++ ^ 3) * 10;
      pass(group, SECOND, model.second, List.of(), first, random);
      some(model.secondEnded, model.second.size(), random)
          .forEach(from -> pass(group, THIRD, model.third, model.second, from, random));
      some(model.thirdEnded, model.third.size(), random)
          .forEach(from -> pass(group, WHOLE, model.whole, model.third, from, random));
    }
    store.append(tag, group).toCompletableFuture().join();
  }

  private static void check(FileStore store, Model model) throws IOException {
    List<String> expected =
        model.whole.stream()
            .sorted(Line.ORDER)
            .map(line -> line.line() + " " + line.text())
            .toList();
    List<String> read = new ArrayList<>();
    try (ResultStream stream = store.passed(WHOLE, THROUGH, model.whole.size(), 0)) {
      for (ResultStream.Page page = stream.next(5_000); page != null; page = stream.next(5_000)) {
        List<String> texts = Sample.texts(page.values());
        for (int k = 0; k < texts.size(); k++) {
          read.add(page.indices()[k] + " " + texts.get(k));
        }
      }
    }
    assertThat(read.stream().map(PassedOnTest::pathOf).toList())
        .as("in the order of lines")
        .isEqualTo(expected.stream().map(PassedOnTest::pathOf).toList());
    assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
    Lines lines = store.lines(List.of(THIRD, SECOND));
    for (int k = 0; k < model.third.size(); k++) {
      assertThat(lines.of(k)).isEqualTo(model.third.get(k).line());
    }
  }

  private static String pathOf(String line) {
    return line.substring(0, line.indexOf(']'));
  }

  @Test
  void whateverOrderItCameInAndWhereverWritesBrokeOffLinesAreInOrder() throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      Path data = Files.createDirectory(folder.resolve("data-" + seed));
      List<Long> firsts = new ArrayList<>();
      long sequence = 0;
      Model model = new Model();
      for (int life = 1; life <= 4; life++) {
        List<JobId> jobs = List.of(WHOLE, SECOND, THIRD);
        try (FileStore store = new FileStore(data)) {
          store.open(epochs(firsts, sequence), jobs);
          check(store, model);
          firsts.add(sequence + 1);
          int groups = 1 + random.nextInt(8);
          for (int k = 0; k < groups; k++) {
            group(store, new GroupTag(firsts.size(), ++sequence), model, random);
          }
          check(store, model);
        }
        // a group of which the journal knows nothing, perhaps not all of it
        List<Path> files = files(data);
        List<Long> sizes = files.stream().map(file -> file.toFile().length()).toList();
        try (FileStore store = new FileStore(data)) {
          store.open(epochs(firsts, sequence), jobs);
          group(store, new GroupTag(firsts.size() + 1, sequence + 1), model.copy(), random);
        }
        for (int k = 0; k < files.size(); k++) {
          long more = files.get(k).toFile().length() - sizes.get(k);
          if (more > 0 && random.nextBoolean()) {
            try (RandomAccessFile cut = new RandomAccessFile(files.get(k).toFile(), "rw")) {
              cut.setLength(sizes.get(k) + random.nextInt((int) more + 1));
            }
          }
        }
      }
    }
  }

  private static Epochs epochs(List<Long> firsts, long sequence) {
    return new Epochs(firsts.stream().mapToLong(Long::longValue).toArray(), sequence);
  }

  private static List<Path> files(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
    }
  }

  @Test
  void aMillionLinesThatCameInAnyOrderAreSortedOffTheHeap() throws IOException {
    int count = 1_000_000;
    try (FileStore store = new FileStore(folder)) {
      store.open(Sample.FIRST, List.of(WHOLE));
      int chunk = 1_000;
      for (int k = 0; k < count / chunk; k++) {
        // 367 and 1000 have no common divisor: each chunk comes once
        long first = (long) (k * 367 % 1_000) * chunk;
        StoreGroup group = store.group();
        group.passed(WHOLE, (long) k * chunk, Sample.outcomes("v", first, first + chunk));
        store.append(new GroupTag(1, k + 1), group).toCompletableFuture().join();
      }
      long next = 0;
      try (ResultStream stream = store.passed(WHOLE, List.of(WHOLE), count, 0)) {
        for (ResultStream.Page page = stream.next(256 * 1024);
            page != null;
            page = stream.next(256 * 1024)) {
          List<String> texts = Sample.texts(page.values());
          for (int k = 0; k < texts.size(); k++, next++) {
            if (page.indices()[k] != next || !texts.get(k).equals("v" + next)) {
              throw new AssertionError(page.indices()[k] + " " + texts.get(k) + " at " + next);
            }
          }
        }
      }
      assertThat(next).isEqualTo(count);
      try (Stream<Path> left = Files.list(folder.resolve("spool"))) {
        assertThat(left).as("files that are no longer needed").isEmpty();
      }
    }
  }
}
