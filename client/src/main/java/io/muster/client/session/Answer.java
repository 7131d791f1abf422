package io.muster.client.session;

import org.jspecify.annotations.Nullable;

/**
 * Who waits for calls. For each position one of these is called, once, on the session's thread for
 * answers (or, when calls are dropped, on the thread that drops them); all other answers of the
 * session wait meanwhile, so user code that may take its time is handed to another thread.
 */
public interface Answer {
  /**
   * @param bytes where the result is; not changed afterwards
   */
  void succeeded(int position, byte[] bytes, int offset, int length);

  void failed(int position, CallFailure why);

  /**
   * The call is not answered any more.
   *
   * @param why what ended the session, or null if the call or all of its job was cancelled
   */
  void dropped(int position, @Nullable Throwable why);
}
