package io.muster.deploy.it;

import io.muster.client.ExecutorContract;
import io.muster.client.Muster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code java.util.concurrent} asks of an executor, in processes of two workers. */
@ExtendWith(ClusterLogs.class)
class ExecutorIT extends ExecutorContract {
  private static MusterCluster cluster;
  private static Muster muster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started(2, 2);
    muster = Muster.connect(cluster.api());
  }

  @AfterAll
  static void stop() {
    muster.close();
    cluster.close();
  }

  @Override
  protected Muster muster() {
    return muster;
  }
}
