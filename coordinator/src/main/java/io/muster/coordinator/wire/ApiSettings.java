package io.muster.coordinator.wire;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * How the API serves.
 *
 * @param host to listen on
 * @param port 0: a free one
 * @param maxMessage bytes
 * @param maxInputs bytes of all inputs of a job together
 * @param watchInterval between two news to one client
 * @param seeds addresses host:port of the coordinators' cluster ports, once they are known
 * @param version of Muster
 * @param stop ends the coordinator in order; returns at once
 */
public record ApiSettings(
    String host,
    int port,
    int maxMessage,
    long maxInputs,
    Duration watchInterval,
    Supplier<List<String>> seeds,
    String version,
    Runnable stop) {}
