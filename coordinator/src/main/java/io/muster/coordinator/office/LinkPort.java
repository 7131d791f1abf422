package io.muster.coordinator.office;

import io.muster.protocol.ToWorker;

/** The coordinator's end of one worker's link. Belongs to the coordinator's actor. */
public interface LinkPort {
  /** Sends next; what was sent before arrives before. */
  void send(ToWorker item);

  /** All that the worker said up to this number is in the journal: it need not keep it. */
  void durable(long through);

  /** Nothing more goes over this link. */
  void close();
}
