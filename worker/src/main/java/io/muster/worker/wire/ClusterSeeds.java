package io.muster.worker.wire;

import java.util.List;

/**
 * Where a cluster is.
 *
 * @param seeds {@code HOST:PORT} of the coordinators' cluster ports
 * @param version of Muster there
 * @param api the address that said so
 */
public record ClusterSeeds(List<String> seeds, String version, int protocolVersion, String api) {}
