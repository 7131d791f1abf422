package io.muster.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What Pekko is told about the cluster and a node's place in it. */
public final class ClusterSettings {
  /** The name of every node's actor system. */
  public static final String SYSTEM = "muster";

  /** The role of coordinators, whose votes decide. */
  public static final String COORDINATOR = "coordinator";

  /** The role of workers, which come and go without a vote. */
  public static final String WORKER = "worker";

  private static final String DETECTOR = "pekko.cluster.failure-detector.";
  private static final int ALL = 1_000_000;

  private ClusterSettings() {}

  /**
   * @param role {@link #COORDINATOR} or {@link #WORKER}
   * @param host what other nodes call this one
   * @param port of the same; 0 takes a free one
   * @param bind the address to listen on
   * @param coordinators how many there are to be, from 1; more than half of them must agree
   * @param tls whether nodes speak to each other by TLS
   */
  public static Config of(
      String role, String host, int port, String bind, int coordinators, boolean tls) {
    int quorum = coordinators / 2 + 1;
    Map<String, Object> place = new HashMap<>();
    place.put("pekko.remote.artery.canonical.hostname", host);
    place.put("pekko.remote.artery.canonical.port", port);
    place.put("pekko.remote.artery.bind.hostname", bind);
    place.put("pekko.remote.artery.transport", tls ? "tls-tcp" : "tcp");
    place.put("pekko.cluster.roles", List.of(role));
    place.put("pekko.cluster.split-brain-resolver.static-quorum.quorum-size", quorum);
    if (role.equals(COORDINATOR)) {
      place.put("pekko.cluster.role." + COORDINATOR + ".min-nr-of-members", quorum);
      place.put(DETECTOR + "monitored-by-nr-of-members", ALL);
    } else {
      place.put(DETECTOR + "implementation-class", NoSuspicion.class.getName());
      place.put(DETECTOR + "monitored-by-nr-of-members", 1);
      place.put(DETECTOR + "heartbeat-interval", "10s");
    }
    return ConfigFactory.parseMap(place, "the node's place")
        .withFallback(ConfigFactory.parseResources(ClusterSettings.class, "cluster.conf"));
  }

  /** For a node that is all there is: the same without membership and without a port. */
  public static Config withoutCluster() {
    return ConfigFactory.parseMap(Map.of("pekko.actor.provider", "local"), "no cluster")
        .withFallback(ConfigFactory.parseResources(ClusterSettings.class, "cluster.conf"));
  }
}
