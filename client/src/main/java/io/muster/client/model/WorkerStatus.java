package io.muster.client.model;

import java.util.Map;

/**
 * A worker as it is now.
 *
 * @param state {@code up}, {@code draining} or {@code lost}
 */
public record WorkerStatus(
    String id,
    String address,
    int slots,
    int busy,
    int ioRunning,
    String state,
    Map<String, String> labels,
    String version) {}
