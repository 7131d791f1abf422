package io.muster.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** An exception as serialized bytes, for a client that has its class. */
final class ThrownValue {
  private static final int MOST_BYTES = 64 * 1024;
  private static final int FEW_FRAMES = 50;
  private static final byte[] NONE = {};

  private ThrownValue() {}

  /**
   * Empty if it can't be serialized, or is larger than 64 KiB also with few stack frames. Causes
   * and suppressed exceptions that can't be are replaced by their text. The frames of ours are cut
   * off from all of them, for good.
   */
  static byte[] of(Throwable thrown) {
    try {
      cutFrames(thrown, Integer.MAX_VALUE, newSet());
      byte[] bytes = written(thrown, false);
      if (bytes.length == 0) {
        bytes = written(thrown, true);
      }
      if (bytes.length > MOST_BYTES) {
        cutFrames(thrown, FEW_FRAMES, newSet());
        bytes = written(thrown, true);
      }
      return bytes.length > MOST_BYTES ? NONE : bytes;
    } catch (RuntimeException | StackOverflowError e) {
      return NONE; // methods of the user's exception may throw anything
    }
  }

  private static Set<Throwable> newSet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static void cutFrames(Throwable thrown, int most, Set<Throwable> seen) {
    if (!seen.add(thrown)) {
      return;
    }
    StackTraceElement[] frames = StackTraces.framesOf(thrown);
    thrown.setStackTrace(
        Arrays.stream(frames)
            .limit(most)
            .map(StackTraces::named)
            .toArray(StackTraceElement[]::new));
    for (Throwable suppressed : thrown.getSuppressed()) {
      cutFrames(suppressed, most, seen);
    }
    Throwable cause = StackTraces.causeOf(thrown);
    if (cause != null) {
      cutFrames(cause, most, seen);
    }
  }

  private static byte[] written(Throwable thrown, boolean replacing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out =
        replacing ? new Replacing(bytes, thrown) : new ObjectOutputStream(bytes)) {
      out.writeObject(thrown);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException | RuntimeException e) {
      return NONE;
    }
  }

  /** Puts text in the place of other exceptions that can't be serialized. */
  private static final class Replacing extends ObjectOutputStream {
    private final Throwable root;

    Replacing(OutputStream out, Throwable root) throws IOException {
      super(out);
      this.root = root;
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (object == root
          || !(object instanceof Throwable nested)
          || written(nested, false).length > 0) {
        return object;
      }
      Throwable text = new Throwable(StackTraces.headline(nested));
      text.setStackTrace(nested.getStackTrace());
      return text;
    }
  }
}
