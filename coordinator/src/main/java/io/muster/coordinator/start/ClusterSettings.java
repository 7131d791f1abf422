package io.muster.coordinator.start;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What Pekko is told about this coordinator's place in the cluster. */
final class ClusterSettings {
  static final String SYSTEM = "muster";
  static final String ROLE = "coordinator";

  private ClusterSettings() {}

  static Config of(CoordinatorConfig config) {
    int coordinators = Math.max(1, config.coordinators().size());
    int quorum = coordinators / 2 + 1;
    Map<String, Object> settings = new HashMap<>();
    settings.put("pekko.remote.artery.canonical.hostname", config.host());
    settings.put("pekko.remote.artery.canonical.port", config.clusterPort());
    settings.put("pekko.remote.artery.bind.hostname", config.bind());
    settings.put("pekko.cluster.roles", List.of(ROLE));
    settings.put("pekko.cluster.role." + ROLE + ".min-nr-of-members", quorum);
    settings.put("pekko.cluster.split-brain-resolver.static-quorum.quorum-size", quorum);
    return ConfigFactory.parseMap(settings, "the coordinator's place")
        .withFallback(ConfigFactory.parseResources(ClusterSettings.class, "cluster.conf"));
  }
}
