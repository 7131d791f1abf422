package io.muster.client.session;

import io.muster.client.model.ClusterException;
import io.muster.client.wire.CoordinatorApi;
import io.muster.client.wire.SessionReplies;
import io.muster.client.wire.SessionStream;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import io.muster.protocol.Outcomes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's session: keeps calls until they are answered, through broken connections and through
 * the death of coordinators. As long as little is unanswered, calls are sent by who makes them, and
 * answered by the thread that hears of them: every other thread on the way costs some 50 µs. Two
 * kinds of threads, all daemons:
 *
 * <ul>
 *   <li>{@code muster-sender} connects, and sends what callers leave to it; what they add meanwhile
 *       goes together;
 *   <li>{@code muster-fetch-N} fetch results that are too large for a reply;
 *   <li>{@code muster-print} prints what tasks print.
 * </ul>
 */
public final class Session implements AutoCloseable {
  private static final long OPEN_MILLIS = 5_000;
  private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final long AWAY_MILLIS = 500;

  /** Between messages that are not full, when workers have little to do and when they have much. */
  private static final long PAUSE_NANOS = 200_000;

  private static final long BUSY_PAUSE_NANOS = 1_000_000;
  private static final long BUSY = 512;

  /** As long as no more is unanswered, nothing waits for company. */
  private static final long FEW = 16;

  /** So many answers may wait for being acknowledged along with something else. */
  private static final long LAZY_ANSWERS = 32;

  private final CoordinatorApi line;
  private final CoordinatorApi side;
  private final Blobs blobs;
  private final Budget budget;
  private final BiConsumer<Boolean, byte[]> output;
  private final String name = newName();

  private final ExecutorService printing =
      Executors.newSingleThreadExecutor(daemon("muster-print"));

  /** All that replies ask for, one at a time and in their order, on the thread that has them. */
  private final Turns answers = new Turns(this::aside);

  private final ScheduledThreadPoolExecutor fetcher =
      new ScheduledThreadPoolExecutor(2, daemon("muster-fetch"));
  private final Thread sender = new Thread(this::run, "muster-sender");

  private final List<OpenJob> jobs = new CopyOnWriteArrayList<>();

  /** Jobs at the coordinator that nobody here wants. */
  private final Queue<JobId> unwanted = new ConcurrentLinkedQueue<>();

  private volatile boolean hasWork;
  private volatile boolean sleeping;

  /** Held by who sends. */
  private final ReentrantLock sending = new ReentrantLock();

  /** The connection that is sent on, or null while there is none. */
  private volatile @Nullable Connection serving;

  private volatile boolean ended;
  private volatile @Nullable ClusterException whyEnded;
  private volatile long received;
  private volatile long receivedSent;

  // of whose turn it is with answers
  private long lastAnswer;
  private NavigableMap<Long, Integer> fetching = new TreeMap<>();

  /**
   * @param line for the session alone
   * @param side for what is too large for a message
   * @param unansweredLimit bytes of inputs that may be unanswered
   * @param valueLimit bytes of one input or result
   * @param output takes what tasks print: whether to standard error, and what
   */
  public Session(
      CoordinatorApi line,
      CoordinatorApi side,
      long unansweredLimit,
      long valueLimit,
      BiConsumer<Boolean, byte[]> output) {
    this.line = line;
    this.side = side;
    this.output = output;
    budget = new Budget(unansweredLimit);
    blobs = new Blobs(side, valueLimit, daemon("muster-store"));
    fetcher.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    sender.setDaemon(true);
    sender.start();
  }

  private static String newName() {
    byte[] secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  private static ThreadFactory daemon(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Opens a job; its calls are sent as soon as the coordinator knows it. */
  public CallSink open(JobSource source) {
    OpenJob job = new OpenJob(this, source);
    jobs.add(job);
    if (ended) {
      job.drop(whyEnded, lineOf(whyEnded));
      jobs.remove(job);
    }
    hasWork(true);
    return job;
  }

  /** Ends the session; what is unanswered is dropped, and stopped where it runs. */
  @Override
  public void close() {
    boolean interrupted = false;
    end(null);
    while (sender.isAlive() && Thread.currentThread() != sender) {
      try {
        sender.join(OPEN_MILLIS);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the session because there is nobody any more to answer. */
  public void fail(ClusterException why) {
    end(why);
  }

  private void end(@Nullable ClusterException why) {
    if (!ended) {
      whyEnded = why;
    }
    ended = true;
    String line = lineOf(why);
    budget.end(why != null ? why : new NotTakenException(line));
    for (OpenJob job : jobs) {
      job.drop(why, line);
    }
    hasWork(true);
  }

  private static String lineOf(@Nullable ClusterException why) {
    return why == null ? "the connection is closed" : String.valueOf(why.getMessage());
  }

  // What its jobs use

  String name() {
    return name;
  }

  boolean isOver() {
    return ended;
  }

  Budget budget() {
    return budget;
  }

  Blobs blobs() {
    return blobs;
  }

  /**
   * Something is to be sent.
   *
   * @param now rather than together with what comes next
   */
  void hasWork(boolean now) {
    if (!hasWork) {
      hasWork = true;
    }
    if ((!sleeping || !sendsHere()) && (now || sleeping)) {
      LockSupport.unpark(sender);
    }
  }

  /**
   * Sends on this thread, as long as little is unanswered and nothing has to be waited for.
   *
   * @return false if there is something left for the sender
   */
  private boolean sendsHere() {
    Connection connection = serving;
    if (connection == null
        || unanswered() > FEW
        || sending.isHeldByCurrentThread()
        || !sending.tryLock()) {
      return false;
    }
    try {
      if (connection != serving || connection.stream.isOver() || ended) {
        return false;
      }
      hasWork = false;
      boolean unused = sendAll(connection, false);
      return !hasWork;
    } finally {
      sending.unlock();
    }
  }

  /** Something could not be sent at once. */
  void leaves() {
    hasWork = true;
  }

  /** Nothing of this job is wanted any more. */
  void cancelled(OpenJob job, @Nullable JobId known) {
    jobs.remove(job);
    if (known != null) {
      unwanted.add(known);
    }
    hasWork(true);
  }

  /** This job is over, here and there. */
  void forgotten(OpenJob job) {
    jobs.remove(job);
  }

  /**
   * Fetches a result; the answer that told of it is not acknowledged before.
   *
   * @param wanted whether it still matters
   * @param taken gets it, in turn with answers
   * @param failed gets why not, in turn with answers
   */
  void fetch(
      long number,
      BlobRef blob,
      BooleanSupplier wanted,
      Consumer<byte[]> taken,
      Consumer<String> failed) {
    NavigableMap<Long, Integer> present = fetching;
    present.merge(number, 1, Integer::sum);
    Runnable over =
        () -> {
          present.computeIfPresent(number, (any, left) -> left == 1 ? null : left - 1);
          acknowledge();
        };
    fetchAfter(0, blob, wanted, taken, failed, over);
  }

  private void fetchAfter(
      long millis,
      BlobRef blob,
      BooleanSupplier wanted,
      Consumer<byte[]> taken,
      Consumer<String> failed,
      Runnable over) {
    schedule(
        millis,
        () -> {
          if (ended || !wanted.getAsBoolean()) {
            onAnswers(over);
            return;
          }
          try {
            byte[] bytes = blobs.fetched(blob);
            onAnswers(() -> taken.accept(bytes));
            onAnswers(over);
          } catch (ClusterException.NotReached e) {
            fetchAfter(AWAY_MILLIS, blob, wanted, taken, failed, over);
          } catch (RuntimeException | OutOfMemoryError e) {
            onAnswers(() -> failed.accept(String.valueOf(e.getMessage())));
            onAnswers(over);
          }
        });
  }

  private void schedule(long millis, Runnable work) {
    try {
      var unused = fetcher.schedule(work, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // the session is over, and so is who waits for it
    }
  }

  /** Whoever reads what tasks print may let this client wait. */
  private void aside(Runnable work) {
    try {
      printing.execute(work);
    } catch (RejectedExecutionException e) {
      work.run(); // the session is over
    }
  }

  private void onAnswers(Runnable work) {
    answers.execute(work);
  }

  private void acknowledge() {
    long until = fetching.isEmpty() ? lastAnswer : Math.min(lastAnswer, fetching.firstKey() - 1);
    received = until;
    if (until - receivedSent >= LAZY_ANSWERS) {
      hasWork(false);
    }
  }

  // The sender

  private void run() {
    try {
      while (!ended) {
        Connection connection = connect();
        if (connection != null) {
          serve(connection);
        }
      }
    } catch (RuntimeException | Error e) {
      end(new ClusterException.Refused("the session ended because of a fault of the client: " + e));
      throw e;
    } finally {
      fetcher.shutdownNow();
      blobs.close();
      printing.shutdown();
      line.close();
      side.close();
    }
  }

  private @Nullable Connection connect() {
    long pause = FIRST_PAUSE_MILLIS;
    for (int tried = 1; !ended; tried++) {
      Connection connection = new Connection();
      if (connection.isOpened()) {
        return connection;
      }
      line.nextAddress();
      if (tried % line.addresses() == 0) {
        pauseAbout(pause);
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      }
    }
    return null;
  }

  private void pauseAbout(long millis) {
    long until =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(
                millis / 2 + ThreadLocalRandom.current().nextLong(millis));
    while (!ended && until - System.nanoTime() > 0) {
      LockSupport.parkNanos(this, until - System.nanoTime());
    }
  }

  private void serve(Connection connection) {
    SessionStream stream = connection.stream;
    long sentAt = System.nanoTime();
    receivedSent = 0;
    serving = connection;
    while (!ended && !stream.isOver()) {
      long now = System.nanoTime();
      if (sendInTurn(connection, now - sentAt > ALIVE_NANOS)) {
        sentAt = now;
        pace();
      }
      if (now - stream.heardAt() > SILENCE_NANOS) {
        break;
      }
      sleep(stream, ALIVE_NANOS / 2);
    }
    sending.lock();
    try {
      serving = null; // nobody else sends on it from here on
      if (ended) {
        stream.end();
      }
    } finally {
      sending.unlock();
    }
    if (ended) {
      awaitEnd(stream);
    }
    stream.abandon();
  }

  /**
   * @param alive whether to say at least that
   * @return whether anything was sent
   */
  private boolean sendInTurn(Connection connection, boolean alive) {
    sending.lock();
    try {
      hasWork = false;
      boolean sent = sendAll(connection, true);
      if (!sent && alive) {
        connection.stream.alive();
      }
      return sent || alive;
    } finally {
      sending.unlock();
    }
  }

  /** A moment in which more may come that goes together. A full message does not wait for it. */
  private void pace() {
    long unanswered = unanswered();
    if (unanswered > FEW) {
      LockSupport.parkNanos(this, unanswered > BUSY ? BUSY_PAUSE_NANOS : PAUSE_NANOS);
    }
  }

  private long unanswered() {
    long sum = 0;
    for (OpenJob job : jobs) {
      sum += job.unanswered();
    }
    return sum;
  }

  private void sleep(SessionStream stream, long nanos) {
    sleeping = true;
    if (!hasWork && !ended && !stream.isOver()) {
      LockSupport.parkNanos(this, nanos);
    }
    sleeping = false;
  }

  /** The coordinator answers the end of the session by ending the connection. */
  private static void awaitEnd(SessionStream stream) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (!stream.isOver() && until - System.nanoTime() > 0) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  /**
   * @param mayWait whether to do what takes its time too; else that is left for the sender
   */
  private boolean sendAll(Connection connection, boolean mayWait) {
    SessionStream stream = connection.stream;
    boolean sent = false;
    for (JobId job = unwanted.poll(); job != null; job = unwanted.poll()) {
      stream.cancelJob(job);
      sent = true;
    }
    for (OpenJob job : jobs) {
      try {
        sent |= job.send(stream, mayWait);
      } catch (ClusterException e) {
        stream.abandon(); // its code or an input could not be stored: as if it had gone away
        pauseAbout(FIRST_PAUSE_MILLIS);
        return true;
      }
    }
    long until = received;
    if (until > receivedSent) {
      receivedSent = until;
      stream.received(until);
      sent = true;
    }
    return sent;
  }

  /** What the coordinator says on one connection; one reply at a time. */
  private final class Connection implements SessionReplies {
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final NavigableMap<Long, OpenJob> byId = new TreeMap<>();
    private final SessionStream stream = line.session(name, answers, answers::aside, this);

    boolean isOpened() {
      try {
        opened.get(OPEN_MILLIS, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException | InterruptedException e) {
        stream.abandon();
      } catch (ExecutionException e) {
        // the address is away, or told why it wants no session; the next may want one
      }
      return false;
    }

    @Override
    public void opened(List<KnownJob> known) {
      boolean goesOn = false;
      for (KnownJob each : known) {
        OpenJob job = named(each.requestId());
        if (job != null && job.goesOn(each.job(), each.inputs())) {
          byId.put(each.job().value(), job);
          goesOn = true;
        } else {
          unwanted.add(each.job());
        }
      }
      for (OpenJob job : jobs) {
        if (!byId.containsValue(job)) {
          job.startsAnew();
        }
      }
      if (!goesOn) {
        lastAnswer = 0;
        received = 0;
        fetching = new TreeMap<>(); // those that are under way count for nothing
      }
      opened.complete(null);
    }

    private @Nullable OpenJob named(String requestId) {
      for (OpenJob job : jobs) {
        if (job.isNamed(requestId)) {
          return job;
        }
      }
      return null;
    }

    @Override
    public void jobOpened(String requestId, JobId id) {
      OpenJob job = named(requestId);
      if (job == null) {
        unwanted.add(id);
      } else {
        job.opened(id);
        byId.put(id.value(), job);
      }
      hasWork(true);
    }

    @Override
    public void answered(long number, JobId id, String worker, Outcomes outcomes, int[] left) {
      if (number <= lastAnswer) {
        return; // said again, since it was not acknowledged on the connection before
      }
      lastAnswer = number;
      OpenJob job = byId.get(id.value());
      if (job != null) {
        job.answered(number, worker, outcomes, left);
      }
      acknowledge();
    }

    @Override
    public void jobEnded(long number, JobId id, @Nullable Failure failure) {
      if (number <= lastAnswer) {
        return;
      }
      lastAnswer = number;
      OpenJob job = byId.remove(id.value());
      if (job != null && job.ended(failure)) {
        forgotten(job);
      }
      acknowledge();
    }

    @Override
    public void printed(boolean stderr, byte[] bytes) {
      output.accept(stderr, bytes);
    }

    @Override
    public void ready() {
      hasWork(true);
    }

    @Override
    public void broken(ClusterException why, boolean again) {
      opened.completeExceptionally(why);
      if (!again) {
        end(why);
      }
      hasWork(true);
    }
  }
}
