package io.muster.client;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The watches of one client that have not ended. Any thread. */
final class JobWatches implements AutoCloseable {
  private final Set<JobWatch> open = new HashSet<>();
  private boolean closed;

  synchronized void add(JobWatch watch) {
    if (closed) {
      throw new IllegalStateException("this client is closed");
    }
    open.add(watch);
  }

  synchronized void remove(JobWatch watch) {
    open.remove(watch);
  }

  @Override
  public void close() {
    List<JobWatch> rest;
    synchronized (this) {
      closed = true;
      rest = List.copyOf(open);
    }
    rest.forEach(JobWatch::close);
  }
}
