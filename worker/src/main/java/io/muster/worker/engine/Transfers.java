package io.muster.worker.engine;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.worker.process.Reason;
import io.muster.worker.wire.Api;
import io.muster.worker.wire.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings blobs here and stores those made here. Calls block; any thread. */
final class Transfers {
  private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);
  private static final long PAUSE_MILLIS = 500;

  private final Api api;
  private final BlobCache cache;
  private final Path out;

  Transfers(Api api, BlobCache cache, Path out) {
    this.api = api;
    this.cache = cache;
    this.out = out;
  }

  BlobCache cache() {
    return cache;
  }

  /** A blob can't be brought here, for a reason that waiting does not mend. */
  static final class MissingException extends Exception {
    private final Failure failure;

    MissingException(Failure failure, Throwable cause) {
      super(failure.message(), cause);
      this.failure = failure;
    }

    Failure failure() {
      return failure;
    }
  }

  /** Brings these here for this user, however long no coordinator answers. */
  void fetch(Object user, List<BlobRef> blobs, BooleanSupplier wanted) throws MissingException {
    for (BlobRef blob : blobs) {
      fetch(user, blob, wanted);
    }
  }

  private void fetch(Object user, BlobRef blob, BooleanSupplier wanted) throws MissingException {
    while (wanted.getAsBoolean()) {
      try {
        cache.use(user, blob);
        return;
      } catch (ApiException e) {
        if (!e.isWorthRetrying()) {
          throw new MissingException(
              Failure.of(FailureKind.REJECTED, "cannot fetch " + named(blob) + ": " + e.text()), e);
        }
        LOG.info("cannot fetch {} now: {}", blob.id(), e.text());
        pause();
      } catch (IOException e) {
        throw new MissingException(
            Failure.of(
                FailureKind.EXCEPTION,
                "the worker cannot keep "
                    + named(blob)
                    + " in "
                    + cache.folder()
                    + ": "
                    + Reason.of(e)),
            e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (Exception e) {
        throw new MissingException(
            Failure.of(FailureKind.EXCEPTION, "cannot fetch " + named(blob) + ": " + e), e);
      }
    }
  }

  /** Stores these with the coordinator, however long none answers. */
  void store(List<BlobRef> blobs, BooleanSupplier wanted) {
    for (BlobRef blob : blobs) {
      while (wanted.getAsBoolean() && !stored(blob)) {
        pause();
      }
    }
  }

  private boolean stored(BlobRef blob) {
    try {
      api.store(blob, out.resolve(blob.id().sha256()));
      return true;
    } catch (NoSuchFileException e) {
      // The same value of another task was stored and has been removed here since.
      LOG.warn("{} is not here any more", blob.id());
      return true;
    } catch (ApiException | IOException e) {
      LOG.info("cannot store {} now: {}", blob.id(), e.toString());
      return false;
    }
  }

  /** The coordinator has it for good. */
  void forget(BlobRef blob) {
    try {
      Files.deleteIfExists(out.resolve(blob.id().sha256()));
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", blob.id(), e.toString());
    }
  }

  private static String named(BlobRef blob) {
    BlobId id = blob.id();
    return blob.name().isEmpty() ? "blob " + id : blob.name();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
