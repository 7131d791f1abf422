package io.muster.client.session;

import io.muster.calls.EncodedCall;
import java.io.OutputStream;
import java.util.function.Consumer;

/** Where a pool's or an executor's calls go: one open job. Any thread may call. */
public interface CallSink {
  /**
   * Takes one call; its answer has position 0. Waits while too much is unanswered.
   *
   * @throws NotTakenException when no more is taken, or the call is too large
   */
  Sent send(EncodedCall call, Answer answer) throws InterruptedException;

  /**
   * Takes calls of one function.
   *
   * @param function the head of all of them
   * @param most calls in one message; 0: as many as fit
   * @param sent gets what calls went with, each time some have gone
   */
  Feed feed(byte[] function, Answer answer, int most, Consumer<Sent> sent)
      throws InterruptedException;

  /** No more is taken. */
  void close();

  /** No more is taken, and nothing that was is wanted: all unanswered is dropped. */
  void cancel();

  /**
   * Waits until nothing is unanswered.
   *
   * @return false if that took longer
   */
  boolean awaitAnswered(long nanos) throws InterruptedException;

  /** Whether something is unanswered. */
  boolean hasUnanswered();

  /** Calls on their way, which can be cancelled. */
  interface Sent {
    /**
     * Wants no answer to this call any more; {@link Answer} hears nothing more of it.
     *
     * @param evenIfRunning stop it with its process; false: only if it has not begun
     * @return false if it is answered already
     */
    boolean cancel(Answer answer, int position, boolean evenIfRunning);

    /** The same for all positions of this one. */
    void cancelAll(Answer answer, boolean evenIfRunning);

    /** Whether nothing of it can be cancelled any more. */
    boolean isAnswered();
  }

  /** Writes the arguments of a call. */
  interface Writer {
    void to(OutputStream out);
  }

  /** Several calls on their way. One thread uses it. */
  interface Feed {
    /** Takes a call, and sends off what makes a message; interrupted, it has taken it not. */
    void add(int position, byte[] arguments) throws InterruptedException;

    /**
     * The same for arguments that are written, so that small ones need no array of their own. What
     * the writer throws is thrown; the call is not taken then.
     */
    void add(int position, Writer arguments) throws InterruptedException;

    /** Sends off what is left; interrupted, it can be called again. */
    void flush() throws InterruptedException;
  }
}
