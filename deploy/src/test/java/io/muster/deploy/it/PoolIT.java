package io.muster.deploy.it;

import io.muster.client.Muster;
import io.muster.client.PoolContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Python's {@code multiprocessing.Pool} promises, in processes of two workers. */
@ExtendWith(ClusterLogs.class)
class PoolIT extends PoolContract {
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
