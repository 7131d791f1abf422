package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.ProcessWire;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who reads what the worker says. The test is the worker, and the thread that carries it out. */
class InboxTest {
  private final PipedOutputStream worker = new PipedOutputStream();
  private final FeedQueue feeds = new FeedQueue();
  private final CompletableFuture<Thread> cutOff = new CompletableFuture<>();
  private Inbox inbox;

  @BeforeEach
  void start() throws IOException {
    inbox =
        new Inbox(
            new BufferedInputStream(new PipedInputStream(worker, 1 << 16)),
            feeds,
            () -> {
              cutOff.complete(Thread.currentThread());
              throw new IllegalStateException("cut off");
            });
    Thread own = new Thread(inbox, "inbox");
    own.setDaemon(true);
    own.setUncaughtExceptionHandler((thread, failure) -> {});
    own.start();
  }

  @AfterEach
  void close() throws IOException {
    worker.close();
  }

  private void says(ToProcess command) throws IOException {
    ProcessWire.write(command, worker);
    worker.flush();
  }

  private static ToProcess.RunChunk chunk(int number) {
    return new ToProcess.RunChunk(
        new AttemptId(1, number), new Interval(0, 1), Values.NONE, new int[0]);
  }

  @Test
  void commandsComeInOrderWhoeverReadsThem() throws IOException {
    for (int number = 1; number <= 500; number++) {
      says(chunk(number));
      if (number % 100 == 0) {
        for (int k = number - 99; k <= number; k++) {
          assertThat(inbox.take()).isEqualTo(chunk(k));
        }
      }
    }
    says(chunk(501));
    assertThat(inbox.take()).isEqualTo(chunk(501));
  }

  @Test
  void theEndOfTheWorkerIsNoticedWhileSomethingRuns() throws Exception {
    says(chunk(1));
    inbox.take();
    worker.close();
    assertThat(cutOff.get(20, TimeUnit.SECONDS).getName()).isEqualTo("inbox");
  }

  @Test
  void aStepIsFedWhileItRuns() throws IOException {
    ToProcess.RunStep step =
        new ToProcess.RunStep(new AttemptId(1, 1), ToWorker.Step.values()[0], 0);
    says(step);
    assertThat(inbox.take()).isEqualTo(step);
    Values values = new Values(Encoding.JSON, new byte[] {'1'}, new int[] {1}, List.of());
    says(new ToProcess.Feed(values, false));
    says(new ToProcess.Feed(values, true));
    assertThat(feeds.take().last()).isFalse();
    assertThat(feeds.take().last()).isTrue();
    says(chunk(2));
    assertThat(inbox.take()).isEqualTo(chunk(2));
  }

  @Test
  void aFeedOfAStepThatIsOverIsNothing() throws IOException {
    says(new ToProcess.Feed(Values.NONE, true));
    says(chunk(1));
    assertThat(inbox.take()).isEqualTo(chunk(1));
  }
}
