package io.muster.worker.link;

import io.muster.protocol.Registration;
import io.muster.protocol.WorkerId;
import io.muster.worker.engine.Engine.Standing;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says of itself whenever it registers.
 *
 * @param address where it runs
 */
public record WorkerIdentity(
    String incarnation,
    String address,
    int slots,
    int ioLimit,
    long taskMemory,
    Map<String, String> labels,
    String version) {

  WorkerIdentity at(String address) {
    return new WorkerIdentity(incarnation, address, slots, ioLimit, taskMemory, labels, version);
  }

  /**
   * Its registration now.
   *
   * @param id the one it got before, or null
   */
  public Registration registration(@Nullable WorkerId id, Standing standing) {
    return new Registration(
        incarnation,
        id,
        standing.journal(),
        address,
        slots,
        ioLimit,
        taskMemory,
        labels,
        version,
        Registration.PROTOCOL_VERSION,
        Set.of(),
        standing.draining(),
        standing.claims());
  }
}
