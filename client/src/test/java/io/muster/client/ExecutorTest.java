package io.muster.client;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ExecutorTest extends ExecutorContract {
  private static FakeCoordinator coordinator;
  private static Muster muster;

  @BeforeAll
  static void start() {
    coordinator = new FakeCoordinator(4);
    muster = Muster.connect(coordinator.address());
  }

  @AfterAll
  static void stop() {
    muster.close();
    coordinator.close();
  }

  @Override
  protected Muster muster() {
    return muster;
  }
}
