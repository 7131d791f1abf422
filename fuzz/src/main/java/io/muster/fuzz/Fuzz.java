package io.muster.fuzz;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a decoder with one input after the other and watches it: nothing but what it has declared
 * may be thrown, each time with one line that says what is wrong; no input may keep it for long,
 * make it allocate much more than the input is long, or leave files or threads behind.
 *
 * <p>{@code muster.fuzz.seed} (1), {@code muster.fuzz.executions} (20,000 a decoder) and {@code
 * muster.fuzz.seconds} (2 a decoder), whichever is over first, are system properties. Each input
 * depends on the seed and its own number alone, so that one can be tried again. For one thread.
 */
public final class Fuzz {
  private static final long SEED = Long.getLong("muster.fuzz.seed", 1);
  private static final long EXECUTIONS = Long.getLong("muster.fuzz.executions", 20_000);
  private static final long SECONDS = Long.getLong("muster.fuzz.seconds", 2);

  /** Ends what hangs; what is slow is seen in what a second executes. */
  private static final long LONGEST_SECONDS = 60;

  /** What a decoder may keep open for the next input; a leak is one each of thousands. */
  private static final int SOME = 200;

  private static final long LEAST_ALLOCATED = 8 << 20;
  private static final long ALLOCATED_A_BYTE = 4_096;
  private static final int LONGEST_LINE = 4_096;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final String name;
  private final Inputs inputs;
  private final Decoder decoder;
  private final List<Class<? extends Throwable>> declared;
  private final boolean oneLine;

  // written by the feeding thread, read by the watching one
  private volatile long number = -1;
  private volatile long since = System.nanoTime();
  private volatile @Nullable AssertionError finding;
  private long refused;

  private Fuzz(
      String name,
      Inputs inputs,
      Decoder decoder,
      List<Class<? extends Throwable>> declared,
      boolean oneLine) {
    this.name = name;
    this.inputs = inputs;
    this.decoder = decoder;
    this.declared = declared;
    this.oneLine = oneLine;
  }

  /**
   * Runs to the end, or throws an {@link AssertionError} that has the input.
   *
   * @param name of the decoder, for people
   * @param declared what the decoder may throw
   */
  @SafeVarargs
  public static void feed(
      String name, Inputs inputs, Decoder decoder, Class<? extends Throwable>... declared) {
    new Fuzz(name, inputs, decoder, List.of(declared), true).run();
  }

  /** The same of a decoder whose refusals show the value as it is, which may have several lines. */
  @SafeVarargs
  public static void feedShowing(
      String name, Inputs inputs, Decoder decoder, Class<? extends Throwable>... declared) {
    new Fuzz(name, inputs, decoder, List.of(declared), false).run();
  }

  private void run() {
    long files = openFiles();
    int threads = Thread.activeCount();
    long begin = System.nanoTime();
    Thread feeding = new Thread(this::feedAll, "fuzz");
    feeding.setDaemon(true);
    feeding.start();
    watch(feeding);
    AssertionError found = finding;
    if (found != null) {
      throw found;
    }
    long executed = number + 1;
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    System.out.printf(
        "fuzz %s: %d executions (%d refused) in %d ms, seed %d%n",
        name, executed, refused, millis, SEED);
    require(openFiles() <= files + SOME, "files are left open: " + openFiles());
    require(Thread.activeCount() <= threads + SOME, "threads are left");
  }

  private void watch(Thread feeding) {
    try {
      while (feeding.isAlive()) {
        feeding.join(TimeUnit.SECONDS.toMillis(1));
        if (feeding.isAlive()
            && System.nanoTime() - since > TimeUnit.SECONDS.toNanos(LONGEST_SECONDS)) {
          AssertionError hangs = new AssertionError(about(number) + ": hangs");
          hangs.setStackTrace(feeding.getStackTrace());
          throw hangs;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void feedAll() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try {
      for (long i = 0; i < EXECUTIONS && (i == 0 || System.nanoTime() < until); i++) {
        byte[] input = input(i);
        number = i;
        since = System.nanoTime();
        once(i, input);
      }
    } catch (AssertionError e) {
      finding = e;
    } catch (Throwable e) {
      finding = new AssertionError(name + ": the inputs' maker broke", e);
    }
  }

  private byte[] input(long i) {
    return inputs.next(new SplittableRandom(SEED + i * GOLDEN));
  }

  private void once(long i, byte[] input) {
    long before = allocated();
    try {
      decoder.read(input);
    } catch (Throwable e) {
      refused++;
      check(i, e);
    }
    long more = allocated() - before;
    // The first loads classes.
    if (i > 0 && more > LEAST_ALLOCATED + ALLOCATED_A_BYTE * input.length) {
      throw new AssertionError(about(i) + ": allocates " + more + " bytes");
    }
  }

  private void check(long i, Throwable thrown) {
    if (declared.stream().noneMatch(type -> type.isInstance(thrown))) {
      throw new AssertionError(about(i) + ": " + thrown, thrown);
    }
    String line = thrown.getMessage();
    if (line == null || line.isBlank() || line.length() > LONGEST_LINE) {
      throw new AssertionError(about(i) + ": is refused without a line", thrown);
    }
    if (oneLine && (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0)) {
      throw new AssertionError(about(i) + ": is refused with more than a line", thrown);
    }
  }

  private String about(long i) {
    byte[] input = input(i);
    String hex = HexFormat.of().formatHex(Arrays.copyOf(input, Math.min(input.length, 2_000)));
    return "%s, seed %d, input %d (%d bytes: %s)".formatted(name, SEED, i, input.length, hex);
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(name + ", seed " + SEED + ": " + otherwise);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }
}
