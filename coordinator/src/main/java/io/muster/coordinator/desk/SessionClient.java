package io.muster.coordinator.desk;

/** The client's end of a session's connection. Called on the coordinator's thread; never blocks. */
public interface SessionClient {
  void told(SessionNews news);

  /** Whether it takes what it is told as fast as that comes. */
  boolean isReady();

  /** One more request may come. */
  void wantsMore();

  /**
   * Nothing more comes over this connection: refused, replaced, or the coordinator's term ended.
   */
  void over(Throwable reason);
}
