package io.muster.client.model;

import java.util.Iterator;

/** Answers as they arrive; blocks while there is none yet. For one thread; any may close it. */
public interface AnswerStream<T> extends Iterator<T>, AutoCloseable {
  /** Ends it, also when more would come. */
  @Override
  void close();
}
