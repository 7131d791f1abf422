package io.muster.coordinator.store;

import io.muster.coordinator.journal.Epochs;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** What tests put into a store and how they read it. */
final class Sample {
  static final JobId JOB = new JobId(7);
  static final WorkerId WORKER = new WorkerId("w1");
  static final Epochs FIRST = new Epochs(new long[0], 0);

  private Sample() {}

  static Values values(String... texts) {
    Bytes bytes = new Bytes();
    int[] lengths = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      byte[] utf8 = texts[i].getBytes(StandardCharsets.UTF_8);
      lengths[i] = utf8.length;
      bytes.put(utf8);
    }
    return new Values(Encoding.JSON, bytes.copy(), lengths, List.of());
  }

  static List<String> texts(Values values) {
    List<String> texts = new ArrayList<>();
    int at = 0;
    for (int length : values.lengths()) {
      texts.add(new String(values.bytes(), at, length, StandardCharsets.UTF_8));
      at += length;
    }
    return texts;
  }

  /** Every task of the interval succeeded with {@code prefix + index}, except those that failed. */
  static Outcomes outcomes(String prefix, long from, long until, Failure failure, int... failed) {
    List<String> texts = new ArrayList<>();
    for (long i = from; i < until; i++) {
      boolean ok = true;
      for (int offset : failed) {
        ok &= from + offset != i;
      }
      if (ok) {
        texts.add(prefix + i);
      }
    }
    int[] tries = new int[failed.length];
    java.util.Arrays.fill(tries, 1);
    return new Outcomes(
        new AttemptId(1, 1),
        new Interval(from, until),
        false,
        values(texts.toArray(String[]::new)),
        failed,
        new int[failed.length],
        tries,
        failed.length == 0 ? List.of() : List.of(failure),
        1);
  }

  static Outcomes outcomes(String prefix, long from, long until) {
    return outcomes(prefix, from, until, failure("", ""));
  }

  static Failure failure(String message, String frame) {
    return new Failure(
        FailureKind.EXCEPTION,
        "java.lang.IllegalStateException",
        message,
        "java.lang.IllegalStateException: " + message + "\n\tat " + frame + "\n",
        null,
        null,
        "");
  }

  static SortedMap<Long, String> results(Store store, long from, long until, LongPredicate filter)
      throws IOException {
    SortedMap<Long, String> read = new TreeMap<>();
    try (ResultStream stream = store.results(JOB, from, until, filter)) {
      long last = -1;
      for (ResultStream.Page page = stream.next(100); page != null; page = stream.next(100)) {
        List<String> texts = texts(page.values());
        for (int i = 0; i < texts.size(); i++) {
          if (page.indices()[i] <= last) {
            throw new AssertionError(page.indices()[i] + " after " + last);
          }
          last = page.indices()[i];
          read.put(last, texts.get(i));
        }
      }
    }
    return read;
  }

  static SortedMap<Long, String> results(Store store) throws IOException {
    return results(store, 0, Long.MAX_VALUE, index -> true);
  }
}
