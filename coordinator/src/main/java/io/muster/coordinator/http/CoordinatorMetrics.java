package io.muster.coordinator.http;

import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.desk.Reception;
import io.muster.coordinator.office.JournalMeter;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.state.WorkerView;
import io.muster.coordinator.store.Store;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The coordinator's metrics; what is asked of it is asked when Prometheus does. */
public final class CoordinatorMetrics {
  private static final long PATIENCE_SECONDS = 5;
  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Reception reception;
  private final Histogram writeSeconds;
  private final Counter records;
  private final Counter bytes;

  public CoordinatorMetrics(Reception reception, Store store, Blobs blobs) {
    this.reception = reception;
    writeSeconds =
        Histogram.builder()
            .name("muster_journal_write_seconds")
            .help("How long a group took to be durable.")
            .classicOnly()
            .classicUpperBounds(.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5)
            .register(registry);
    records =
        Counter.builder()
            .name("muster_journal_records_total")
            .help("Decisions written.")
            .register(registry);
    bytes =
        Counter.builder()
            .name("muster_journal_bytes_total")
            .help("Bytes of decisions and of what they name, written.")
            .register(registry);
    tasks();
    workers();
    sizes(store, blobs);
    JvmMetrics.builder().register(registry);
  }

  private void tasks() {
    GaugeWithCallback.builder()
        .name("muster_tasks")
        .help("Tasks of all jobs by state.")
        .labelNames("state")
        .callback(
            callback -> {
              List<JobView> jobs = ask(desk -> desk.jobs());
              callback.call(sum(jobs, JobView::waiting), "waiting");
              callback.call(sum(jobs, JobView::running), "running");
              callback.call(sum(jobs, JobView::succeeded), "succeeded");
              callback.call(sum(jobs, JobView::failed), "failed");
              callback.call(sum(jobs, JobView::cancelled), "cancelled");
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("muster_jobs")
        .help("Jobs that are not forgotten.")
        .callback(callback -> callback.call(ask(desk -> desk.jobs()).size()))
        .register(registry);
  }

  private void workers() {
    GaugeWithCallback.builder()
        .name("muster_slots")
        .help("Slots of workers that are up or draining.")
        .labelNames("use")
        .callback(
            callback -> {
              List<WorkerView> up = notLost();
              long busy = sum(up, WorkerView::busy);
              callback.call(busy, "busy");
              callback.call(sum(up, WorkerView::slots) - busy, "free");
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("muster_io_tasks")
        .help("I/O tasks in the hands of workers that are up or draining.")
        .callback(callback -> callback.call(sum(notLost(), WorkerView::ioRunning)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("muster_links")
        .help("Workers by state.")
        .labelNames("state")
        .callback(
            callback -> {
              List<WorkerView> workers = ask(desk -> desk.workers());
              for (WorkerView.State state : WorkerView.State.values()) {
                callback.call(
                    workers.stream().filter(worker -> worker.state() == state).count(),
                    state.name().toLowerCase(java.util.Locale.ROOT));
              }
            })
        .register(registry);
  }

  private List<WorkerView> notLost() {
    return ask(desk -> desk.workers()).stream()
        .filter(worker -> worker.state() != WorkerView.State.LOST)
        .toList();
  }

  private void sizes(Store store, Blobs blobs) {
    GaugeWithCallback.builder()
        .name("muster_store_bytes")
        .help("Bytes on disk.")
        .labelNames("of")
        .callback(
            callback -> {
              callback.call(store.size(), "jobs");
              callback.call(blobs.size(), "blobs");
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("muster_active")
        .help("Whether this node's coordinator is the active one.")
        .callback(callback -> callback.call(reception.isOpen() ? 1 : 0))
        .register(registry);
  }

  private static <T> long sum(List<T> of, ToLongFunction<T> what) {
    return of.stream().mapToLong(what).sum();
  }

  /** Nothing where no coordinator is active. */
  private <T> List<T> ask(
      Function<io.muster.coordinator.desk.Desk, CompletionStage<List<T>>> question) {
    if (!reception.isOpen()) {
      return List.of();
    }
    try {
      return question
          .apply(reception.desk())
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  public PrometheusRegistry registry() {
    return registry;
  }

  /** What the coordinator tells of its writes. One at a time. */
  public JournalMeter journal() {
    return new JournalMeter() {
      private long started;

      @Override
      public void writing(int newRecords, long newBytes) {
        started = System.nanoTime();
        records.inc(newRecords);
        bytes.inc(newBytes);
      }

      @Override
      public void written() {
        writeSeconds.observe((System.nanoTime() - started) / NANOS);
      }
    };
  }
}
