package io.muster.deploy.it;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Shows what the nodes said when a test failed, and keeps their folders then; else deletes the
 * folders of the clusters that are closed.
 */
final class ClusterLogs implements TestWatcher, AfterAllCallback {
  private static final List<MusterCluster> CLUSTERS = new CopyOnWriteArrayList<>();

  /** Called by each new cluster. */
  static void started(MusterCluster cluster) {
    CLUSTERS.add(cluster);
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    System.out.println("FAILED " + context.getDisplayName());
    for (MusterCluster cluster : CLUSTERS) {
      cluster.dump(System.out);
      cluster.keepFolder();
    }
    forgetClosed();
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    forgetClosed();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    forgetClosed();
  }

  private static void forgetClosed() {
    for (MusterCluster cluster : CLUSTERS) {
      if (cluster.isClosed()) {
        cluster.deleteFolder();
        CLUSTERS.remove(cluster);
      }
    }
  }
}
