package io.muster.calls;

import org.jspecify.annotations.Nullable;

/**
 * The function of calls, in the process that runs them. A call has two steps, so that what is wrong
 * with an input is told from what the user's code throws. For one thread.
 *
 * <p>Objects live as follows. A lambda that captures nothing has no state and is kept as long as
 * the process lives. Any other function that is {@linkplain CallEncoder#function whole in the head}
 * is read anew for each head that a chunk has: it lives for the tasks behind that head, and what it
 * keeps in fields is gone after them. A function in the input lives for its one call.
 */
public abstract class CallHead {
  CallHead() {}

  /** Reads what the call needs. */
  public abstract @Nullable Object read(byte[] input, int offset, int length)
      throws UnreadableValueException;

  /**
   * Calls.
   *
   * @param read what {@link #read} returned
   * @throws Exception what the user's code throws
   */
  public abstract @Nullable Object run(@Nullable Object read) throws Exception;
}
