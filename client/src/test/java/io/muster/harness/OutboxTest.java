package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.Hello;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class OutboxTest {
  private static final String FLUSH = "flush";

  /** Writes down what it is told to do, and does it when it is let. */
  private static final class Worker implements Outbox.Sender {
    private final LinkedBlockingQueue<Object> done = new LinkedBlockingQueue<>();
    private final CountDownLatch letSend;
    private volatile boolean cutOffAtSend;
    private volatile boolean cutOffAtFlush;

    Worker(CountDownLatch letSend) {
      this.letSend = letSend;
    }

    @Override
    public void send(FromProcess message) throws IOException {
      done.add(message);
      try {
        letSend.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (cutOffAtSend) {
        throw new IOException("cut off");
      }
    }

    @Override
    public void flush() throws IOException {
      done.add(FLUSH);
      if (cutOffAtFlush) {
        throw new IOException("cut off");
      }
    }

    List<Object> next(int count) throws InterruptedException {
      List<Object> next = new ArrayList<>();
      while (next.size() < count) {
        Object each = done.poll(60, TimeUnit.SECONDS);
        assertThat(each).as("after " + next).isNotNull();
        next.add(each);
      }
      return next;
    }
  }

  private final CountDownLatch letSend = new CountDownLatch(1);
  private final Worker worker = new Worker(letSend);
  private final CompletableFuture<Thread> cutOff = new CompletableFuture<>();
  private final Outbox outbox = new Outbox(worker, () -> cutOff.complete(Thread.currentThread()));
  private final Thread thread = new Thread(outbox, "test-outbox");

  private void start() {
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void whatIsPostedIsSentAndFlushedWithoutFurtherAsking() throws Exception {
    letSend.countDown();
    start();
    outbox.post(message(1), 10);
    assertThat(worker.next(2)).containsExactly(message(1), FLUSH);
  }

  @Test
  void whatIsPostedNowTakesAllBeforeItAlong() throws Exception {
    letSend.countDown();
    outbox.post(message(1), 10);
    outbox.post(message(2), 10);
    outbox.postNow(message(3));
    start();
    assertThat(worker.next(4)).containsExactly(message(1), message(2), message(3), FLUSH);
  }

  @Test
  void whatIsNotWorthAMessageAloneFollowsWhatWas() throws Exception {
    letSend.countDown();
    outbox.post(message(1), 70_000);
    outbox.post(message(2), 20_000);
    start();
    assertThat(worker.next(3)).contains(message(1), message(2));
  }

  @Test
  void whatIsGatheredIsAskedForOnceItIsDueAndNothingWhenThereIsNothing() throws Exception {
    letSend.countDown();
    LinkedBlockingQueue<FromProcess> gathered = new LinkedBlockingQueue<>();
    outbox.add(gathered::poll);
    outbox.add(() -> null);
    start();
    gathered.add(message(1));
    outbox.gathered();
    assertThat(worker.next(2)).containsExactly(message(1), FLUSH);
    outbox.drain();
    assertThat(worker.done).isEmpty();
  }

  @Test
  void theOrderOfEachThreadIsKept() throws Exception {
    letSend.countDown();
    start();
    List<Thread> posters = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int from = 10_000 * t;
      posters.add(
          new Thread(
              () -> {
                for (int i = 0; i < 5000; i++) {
                  outbox.post(message(from + i), 1000);
                }
              }));
    }
    posters.forEach(Thread::start);
    for (Thread poster : posters) {
      poster.join();
    }
    outbox.drain();
    List<Long> sent =
        worker.done.stream()
            .filter(Hello.class::isInstance)
            .map(each -> ((Hello) each).pid())
            .toList();
    assertThat(sent).hasSize(15_000);
    for (int t = 0; t < 3; t++) {
      long from = 10_000L * t;
      assertThat(sent.stream().filter(each -> each / 10_000 * 10_000 == from))
          .isSorted()
          .hasSize(5000);
    }
  }

  @Test
  void drainingEndsWhenEverythingIsFlushed() throws Exception {
    letSend.countDown();
    LinkedBlockingQueue<FromProcess> gathered = new LinkedBlockingQueue<>(List.of(message(2)));
    outbox.add(gathered::poll);
    start();
    for (int i = 0; i < 200; i++) {
      outbox.post(message(1), 10);
      gathered.add(message(2));
      outbox.drain();
      assertThat(worker.done).contains(message(1), message(2));
      assertThat(new ArrayList<>(worker.done).get(worker.done.size() - 1)).isEqualTo(FLUSH);
      worker.done.clear();
    }
  }

  @Test
  void whenTooMuchWaitsThePosterWaitsToo() throws Exception {
    start();
    Thread poster =
        new Thread(
            () -> {
              for (int i = 0; i < 10; i++) {
                outbox.post(message(i), 200_000);
              }
            });
    poster.start();
    worker.next(1);
    awaitWaiting(poster);
    letSend.countDown();
    poster.join();
    outbox.drain();
    assertThat(worker.done.stream().filter(Hello.class::isInstance)).hasSize(9);
  }

  /** User code's thread may be interrupted at any time. Its outcome must be said all the same. */
  @Test
  void anInterruptedPosterWaitsOnAndStaysInterrupted() throws Exception {
    start();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread poster =
        new Thread(
            () -> {
              for (int i = 0; i < 10; i++) {
                outbox.post(message(i), 200_000);
              }
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    poster.start();
    worker.next(1);
    awaitWaiting(poster);
    poster.interrupt();
    letSend.countDown();
    assertThat(interrupted.get()).isTrue();
    outbox.drain();
    assertThat(worker.done.stream().filter(Hello.class::isInstance)).hasSize(9);
  }

  @Test
  void anInterruptedThreadCanDrain() {
    letSend.countDown();
    start();
    outbox.post(message(1), 10);
    Thread.currentThread().interrupt();
    outbox.drain();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(worker.done).containsExactly(message(1), FLUSH);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoIsCutOffIsToldOnce(boolean atSend) throws Exception {
    worker.cutOffAtSend = atSend;
    worker.cutOffAtFlush = !atSend;
    letSend.countDown();
    start();
    outbox.postNow(message(1));
    assertThat(cutOff.get()).isSameAs(thread);
    thread.join();
    assertThat(worker.done).hasSize(atSend ? 1 : 2);
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }

  private static FromProcess message(long number) {
    return new Hello(number, 1);
  }
}
