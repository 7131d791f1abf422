package io.muster.examples;

import io.muster.api.Combine;
import io.muster.api.RangeTask;
import io.muster.api.TaskContext;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many primes a range holds, by a segmented sieve of Eratosthenes over odd numbers. Any range
 * can be counted on its own, and counts of neighbouring ranges add up: the coordinator may split it
 * as it likes.
 *
 * <pre>{@code
 * muster submit --wait --range 0..1000000000 --jar examples.jar --task io.muster.examples.PrimeCount
 * }</pre>
 */
public final class PrimeCount implements RangeTask<Long>, Combine<Long> {
  /** Odd numbers in a segment, a bit each: 128 KiB, what fits a core's second cache with room. */
  private static final int SEGMENT = 128 * 1024 * 8;

  /** Sieved at once, so that offsets fit an int. */
  private static final long LONGEST = 1L << 30;

  /** Their multiples repeat after so many words: they are copied, not crossed out. */
  private static final int[] SMALL_PRIMES = {3, 5, 7, 11, 13};

  private static final long[] PATTERN = new long[3 * 5 * 7 * 11 * 13];

  static {
    for (int prime : SMALL_PRIMES) {
      for (int k = prime / 2; k < PATTERN.length * 64; k += prime) {
        PATTERN[k >>> 6] |= 1L << k;
      }
    }
  }

  /** Odd primes whose squares matter, the same for every piece; grown when a larger range comes. */
  private static volatile int[] basePrimes = {};

  private static volatile long basePrimesUpTo = 2;

  private final long[] composite = new long[SEGMENT / 64];
  private int[] nextMultiple = {};

  @Override
  public Long run(long from, long until, TaskContext context) {
    return count(from, until);
  }

  @Override
  public Long combine(Long left, Long right) {
    return left + right;
  }

  /** The primes p with from ≤ p &lt; until. For one thread at a time. */
  long count(long from, long until) {
    long primes = from <= 2 && 2 < until ? 1 : 0;
    for (int prime : SMALL_PRIMES) {
      primes += from <= prime && prime < until ? 1 : 0;
    }
    // Odd number number k is 2k + 1; 1 itself, at k = 0, is no prime.
    long end = until / 2;
    for (long first = Math.max(1, from / 2); first < end; first += LONGEST) {
      primes += countOdd(first, Math.min(end, first + LONGEST));
    }
    return primes;
  }

  /** Primes among the odd numbers number first to end, the smallest primes left out. */
  private long countOdd(long first, long end) {
    long root = squareRoot(2 * end);
    int[] base = basePrimes(root);
    int relevant = relevant(base, root);
    if (nextMultiple.length < relevant) {
      nextMultiple = new int[relevant];
    }
    long begin = first & -64;
    startMultiples(base, relevant, begin);
    long primes = 0;
    for (long low = begin; low < end; low += SEGMENT) {
      int size = (int) Math.min(SEGMENT, end - low);
      primes += sieve(base, relevant, low, size, low < first ? (int) (first - low) : 0);
    }
    return primes;
  }

  /** For each base prime, where in the first segment its first odd multiple from its square is. */
  private void startMultiples(int[] base, int relevant, long begin) {
    for (int i = SMALL_PRIMES.length; i < relevant; i++) {
      long prime = base[i];
      long square = prime * prime / 2;
      if (square >= begin) {
        nextMultiple[i] = (int) (square - begin);
      } else {
        // prime's own place is prime / 2; its odd multiples are prime places apart.
        long beyond = (begin - prime / 2) % prime;
        nextMultiple[i] = (int) (beyond == 0 ? 0 : prime - beyond);
      }
    }
  }

  /**
   * Crosses out a segment's composites, moves on to the next segment, and counts what is left.
   *
   * @param skip places at the segment's start that do not count
   */
  private int sieve(int[] base, int relevant, long low, int size, int skip) {
    long[] bits = composite;
    copyPattern((int) (low / 64 % PATTERN.length), (size + 63) >>> 6);
    cross(bits, base, nextMultiple, relevant, size);
    bits[0] |= (1L << skip) - 1;
    int crossed = 0;
    int words = size >>> 6;
    for (int word = 0; word < words; word++) {
      crossed += Long.bitCount(bits[word]);
    }
    int rest = size & 63;
    if (rest > 0) {
      crossed += Long.bitCount(bits[words] & ((1L << rest) - 1));
    }
    return size - crossed;
  }

  /**
   * Crosses out the multiples of these primes, each from its own place on, and moves the places.
   */
  private static void cross(long[] bits, int[] primes, int[] places, int count, int size) {
    for (int i = SMALL_PRIMES.length; i < count; i++) {
      places[i] = cross(bits, places[i], primes[i], size) - SEGMENT;
    }
  }

  private static int cross(long[] bits, int from, int prime, int size) {
    int at = from;
    while (at < size) {
      bits[at >>> 6] |= 1L << at;
      at += prime;
    }
    return at;
  }

  private void copyPattern(int start, int words) {
    int done = 0;
    int from = start;
    while (done < words) {
      int part = Math.min(words - done, PATTERN.length - from);
      System.arraycopy(PATTERN, from, composite, done, part);
      done += part;
      from = 0;
    }
  }

  private static int relevant(int[] base, long root) {
    int found = Arrays.binarySearch(base, (int) Math.min(root, Integer.MAX_VALUE));
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** The odd primes up to a limit, at least. */
  private static int[] basePrimes(long limit) {
    if (basePrimesUpTo >= limit) {
      return basePrimes;
    }
    synchronized (PrimeCount.class) {
      if (basePrimesUpTo < limit) {
        long upTo = Math.max(limit, 100_000);
        basePrimes = oddPrimes((int) upTo);
        basePrimesUpTo = upTo;
      }
      return basePrimes;
    }
  }

  private static int[] oddPrimes(int upTo) {
    boolean[] crossed = new boolean[upTo / 2 + 1];
    int[] primes = new int[upTo / 2 + 1];
    int found = 0;
    for (int k = 1; 2L * k + 1 <= upTo; k++) {
      if (!crossed[k]) {
        int prime = 2 * k + 1;
        primes[found++] = prime;
        for (long at = (long) prime * prime / 2; at < crossed.length; at += prime) {
          crossed[(int) at] = true;
        }
      }
    }
    return Arrays.copyOf(primes, found);
  }

  private static long squareRoot(long number) {
    long root = (long) Math.sqrt((double) number);
    while (root * root > number) {
      root--;
    }
    while ((root + 1) * (root + 1) <= number) {
      root++;
    }
    return root;
  }

  /**
   * The same code on threads of one JVM, to compare with: {@code PrimeCount UNTIL THREADS} prints
   * the count and the milliseconds it took.
   */
  public static void main(String[] args) throws InterruptedException {
    long until = Long.parseLong(args[0]);
    int threads = Integer.parseInt(args[1]);
    long piece = 50_000_000;
    long started = System.nanoTime();
    AtomicLong next = new AtomicLong();
    LongAdder primes = new LongAdder();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      pool.execute(
          () -> {
            PrimeCount sieve = new PrimeCount();
            for (long at = next.getAndAdd(piece); at < until; at = next.getAndAdd(piece)) {
              primes.add(sieve.count(at, Math.min(until, at + piece)));
            }
          });
    }
    pool.shutdown();
    if (!pool.awaitTermination(1, java.util.concurrent.TimeUnit.DAYS)) {
      throw new IllegalStateException("a day was not enough");
    }
    System.out.println(primes.sum() + " in " + (System.nanoTime() - started) / 1_000_000 + " ms");
  }
}
