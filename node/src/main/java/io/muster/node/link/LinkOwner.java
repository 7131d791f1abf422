package io.muster.node.link;

import java.util.List;

/**
 * Who uses an end of a link. Called on the link's thread, one call at a time; calls must not wait.
 *
 * @param <I> what the other side says
 */
public interface LinkOwner<I> {
  /**
   * The next items, each once and in order.
   *
   * @param through what to give to {@code durable} when all of them are in the journal
   */
  void received(List<I> items, long through);

  /** The oldest {@code count} items that were said and are not durable yet are now. */
  default void durable(int count) {}

  /** The link is over; nothing more is called. Not called after an own close. */
  void over(String reason);
}
