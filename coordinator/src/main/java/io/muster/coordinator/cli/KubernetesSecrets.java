package io.muster.coordinator.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Secrets of Kubernetes as one YAML stream. */
final class KubernetesSecrets {
  private static final String TLS = "kubernetes.io/tls";
  private static final String OPAQUE = "Opaque";

  private final String namespace;
  private final List<String> documents = new ArrayList<>();

  /**
   * @param namespace they belong to; it has been checked
   */
  KubernetesSecrets(String namespace) {
    this.namespace = namespace;
  }

  /** The names under which a coordinator is reached there, if the manifests here are used. */
  static List<String> hosts(String namespace) {
    List<String> hosts = new ArrayList<>();
    for (String service : List.of("muster", "*.muster-coordinators")) {
      hosts.add(service);
      for (String domain : List.of("", ".svc", ".svc.cluster.local")) {
        hosts.add(service + "." + namespace + domain);
      }
    }
    return hosts;
  }

  /** A certificate as cert-manager lays one out. */
  KubernetesSecrets certificate(String name, String certificate, String key, String authority) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("tls.crt", certificate);
    data.put("tls.key", key);
    data.put("ca.crt", authority);
    return add(name, TLS, data);
  }

  /** Anything else: one file. */
  KubernetesSecrets file(String name, String file, String text) {
    return add(name, OPAQUE, Map.of(file, text));
  }

  private KubernetesSecrets add(String name, String type, Map<String, String> data) {
    StringBuilder secret =
        new StringBuilder("apiVersion: v1\nkind: Secret\nmetadata:\n  name: ")
            .append(name)
            .append("\n  namespace: ")
            .append(namespace)
            .append("\n  labels:\n    app.kubernetes.io/part-of: muster\ntype: ")
            .append(type)
            .append("\ndata:\n");
    data.forEach(
        (file, text) ->
            secret
                .append("  ")
                .append(file)
                .append(": ")
                .append(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                .append('\n'));
    documents.add(secret.toString());
    return this;
  }

  /** All of them, ending with a line end. */
  String text() {
    return String.join("---\n", documents);
  }
}
