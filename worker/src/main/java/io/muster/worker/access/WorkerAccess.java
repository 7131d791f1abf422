package io.muster.worker.access;

import io.muster.client.trust.Access;
import io.muster.client.trust.NodeMark;
import io.muster.node.tls.CredentialFiles;
import io.muster.node.tls.NodeIdentity;
import java.io.IOException;
import java.util.Optional;

/**
 * How a worker speaks to its cluster: in plain text on loopback, else with a token at the API and a
 * certificate among the nodes. The key is in memory only, unless files were brought.
 *
 * @param api the token and whom to believe at the API
 * @param files a certificate that somebody brought; without it one is asked for with the token
 * @param identity what is shown to the other nodes, when it is there
 */
public record WorkerAccess(Access api, Optional<CredentialFiles> files, NodeIdentity identity) {
  /** Everything in plain text. */
  public static WorkerAccess plain() {
    return new WorkerAccess(Access.plain(), Optional.empty(), new NodeIdentity());
  }

  /** Throws {@link IllegalArgumentException} with a line that names what is wrong. */
  public static WorkerAccess of(Access api, Optional<CredentialFiles> files) {
    WorkerAccess access = new WorkerAccess(api, files, new NodeIdentity());
    if (files.isPresent()) {
      try {
        access.identity.replace(files.get().read(NodeMark.WORKER));
        files.get().follow(NodeMark.WORKER, access.identity);
      } catch (IOException e) {
        throw new IllegalArgumentException("--tls-cert: " + e.getMessage(), e);
      }
    }
    return access;
  }

  public boolean isPlain() {
    return api.isPlain();
  }
}
