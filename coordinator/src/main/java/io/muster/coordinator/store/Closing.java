package io.muster.coordinator.store;

import java.io.Closeable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends of files that were only read, or that nobody needs any more. */
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  static void quietly(Closeable file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("closing {}", file, e);
    }
  }
}
