package io.muster.protocol;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a worker opens a link: who it is and what it holds. Its unacknowledged reports follow over
 * the link.
 *
 * @param incarnation made by the worker process at its start; tells a worker that comes again from
 *     a new one
 * @param id the id it was given before by the same journal, or null
 * @param journal the id of the journal it last worked for, or null; it has dropped what it held for
 *     another
 * @param address where it runs, for people
 * @param taskMemory bytes of one slot
 * @param ioLimit I/O tasks at once
 * @param version of Muster; {@code protocolVersion} is what decides
 */
public record Registration(
    String incarnation,
    @Nullable WorkerId id,
    @Nullable String journal,
    String address,
    int slots,
    int ioLimit,
    long taskMemory,
    Map<String, String> labels,
    String version,
    int protocolVersion,
    Set<String> features,
    boolean draining,
    List<ToCoordinator.Claim> claims) {
  /** Compared at registration: both sides must have the same. */
  public static final int PROTOCOL_VERSION = 1;
}
