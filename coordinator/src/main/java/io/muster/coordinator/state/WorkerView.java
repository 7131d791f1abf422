package io.muster.coordinator.state;

import io.muster.protocol.WorkerId;
import java.util.Map;

/**
 * A worker as it is now.
 *
 * @param busy slots that are dealt to jobs which have something on them
 */
public record WorkerView(
    WorkerId id,
    String address,
    int slots,
    int busy,
    int ioRunning,
    State state,
    Map<String, String> labels,
    String version) {
  /** Whether it takes part. */
  public enum State {
    UP,
    DRAINING,
    LOST
  }
}
