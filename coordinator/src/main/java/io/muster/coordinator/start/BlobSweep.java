package io.muster.coordinator.start;

import io.muster.coordinator.blobs.Blobs;
import io.muster.coordinator.desk.Desk;
import io.muster.coordinator.desk.Reception;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.store.Store;
import io.muster.protocol.BlobId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes, now and then, the blobs that no job names. A blob that was uploaded for a job still to
 * come is pinned for longer than a sweep takes.
 */
final class BlobSweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlobSweep.class);
  private static final long MINUTES = 10;

  private final Reception reception;
  private final Store store;
  private final Blobs blobs;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "blob-sweep");
            made.setDaemon(true);
            return made;
          });

  private BlobSweep(Reception reception, Store store, Blobs blobs) {
    this.reception = reception;
    this.store = store;
    this.blobs = blobs;
  }

  static BlobSweep start(Reception reception, Store store, Blobs blobs) {
    BlobSweep sweep = new BlobSweep(reception, store, blobs);
    sweep.thread.scheduleWithFixedDelay(sweep::sweep, MINUTES, MINUTES, TimeUnit.MINUTES);
    return sweep;
  }

  private void sweep() {
    try {
      if (reception.isOpen()) {
        blobs.sweep(named(reception.desk()));
      }
    } catch (Exception e) {
      LOG.warn("blobs that nobody names stay until the next sweep", e);
    }
  }

  private Set<BlobId> named(Desk desk) throws Exception {
    Set<BlobId> named = new HashSet<>();
    for (JobView job : desk.jobs().toCompletableFuture().get(1, TimeUnit.MINUTES)) {
      job.spec().program().files().forEach(blob -> named.add(blob.id()));
    }
    named.addAll(desk.sessionBlobs().toCompletableFuture().get(1, TimeUnit.MINUTES));
    store.namedBlobs(named::add);
    return named;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
