package io.muster.examples;

import io.muster.client.AsyncResult;
import io.muster.client.Muster;
import io.muster.client.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Python's {@code Pool} with {@code apply_async}, {@code close} and {@code join}, line by line. */
public final class PoolExample {
  private PoolExample() {}

  static long cpuTask(long n) {
    return LongStream.range(0, n).map(i -> i * i).sum();
  }

  public static void main(String[] args) throws Exception {
    try (Muster muster = args.length == 0 ? Muster.local(4) : Muster.connect(args[0]);
        Pool pool = muster.pool()) {
      List<AsyncResult<Long>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        results.add(pool.applyAsync(() -> cpuTask(1_000_000)));
      }
      pool.close();
      pool.join();
      for (AsyncResult<Long> result : results) {
        System.out.println(result.get());
      }
    }
  }
}
