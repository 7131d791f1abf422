package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.Outcomes;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.FromProcess.Reported;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An outbox on a thread of its own, whose worker listens. What it has heard is looked at after
 * {@link Outbox#drain}.
 */
final class Said implements Outbox.Sender, AutoCloseable {
  private final List<FromProcess> heard = new ArrayList<>();
  private final Outbox outbox = new Outbox(this, () -> {});
  private final Thread thread = new Thread(outbox, "test-outbox");
  private boolean closed;

  Said() {
    thread.setDaemon(true);
    thread.start();
  }

  Outbox outbox() {
    return outbox;
  }

  @Override
  public synchronized void send(FromProcess message) throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    heard.add(message);
  }

  @Override
  public void flush() {}

  /** All that was said up to now and not taken before. */
  List<FromProcess> take() {
    outbox.drain();
    synchronized (this) {
      List<FromProcess> taken = List.copyOf(heard);
      heard.clear();
      return taken;
    }
  }

  /** Of what was said, the reports; each begins where the one before has stopped. */
  static List<Outcomes> reports(List<FromProcess> said) {
    List<Outcomes> reports = of(said, Reported.class).stream().map(Reported::outcomes).toList();
    for (int i = 1; i < reports.size(); i++) {
      assertThat(reports.get(i).interval().from()).isEqualTo(reports.get(i - 1).interval().until());
    }
    return reports;
  }

  static <T extends FromProcess> List<T> of(List<FromProcess> said, Class<T> type) {
    return said.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Ends the thread. */
  @Override
  public void close() throws InterruptedException {
    synchronized (this) {
      closed = true;
    }
    outbox.postNow(new FromProcess.Loaded());
    thread.join();
  }
}
