package io.muster.harness;

import io.muster.protocol.Encoding;
import io.muster.protocol.process.ToProcess.Feed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of one feed, decoded while they are read, in order. For one thread at a time. */
final class FedValues implements Iterator<@Nullable Object> {
  /** Carries an undecodable value through the user's stream. */
  static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final UncodableValueException why;

    UnreadableException(UncodableValueException why) {
      super(why.getMessage(), why);
      this.why = why;
    }

    UncodableValueException why() {
      return why;
    }
  }

  private final FeedQueue queue;
  private final Function<Encoding, ValueReader> readers;
  private final Path blobs;
  private @Nullable InputReader current;
  private Encoding encoding = Encoding.JSON;
  private boolean lastSeen;

  FedValues(FeedQueue queue, Function<Encoding, ValueReader> readers, Path blobs) {
    this.queue = queue;
    this.readers = readers;
    this.blobs = blobs;
  }

  @Override
  public boolean hasNext() {
    while (current == null || !current.hasNext()) {
      if (lastSeen) {
        return false;
      }
      Feed feed = queue.take();
      lastSeen = feed.last();
      encoding = feed.values().encoding();
      current = new InputReader(feed.values(), readers.apply(encoding), blobs);
    }
    return true;
  }

  @Override
  public @Nullable Object next() {
    if (!hasNext() || current == null) {
      throw new NoSuchElementException();
    }
    try {
      return current.read();
    } catch (UncodableValueException e) {
      throw new UnreadableException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How the values read so far were encoded. */
  Encoding encoding() {
    return encoding;
  }

  /** Takes what the user's code left unread, so that what the worker says next is understood. */
  void skipRest() {
    while (!lastSeen) {
      lastSeen = queue.take().last();
    }
    current = null;
  }
}
