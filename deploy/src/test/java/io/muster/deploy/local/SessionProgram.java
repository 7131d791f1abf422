package io.muster.deploy.local;

import io.muster.client.Muster;
import io.muster.client.MusterExecutor;

/** A client whose task never ends. */
public final class SessionProgram {
  private SessionProgram() {}

  private static int hang() throws InterruptedException {
    System.out.println("hanging");
    Thread.sleep(3_600_000);
    return 0;
  }

  /**
   * @param arguments the address of a cluster
   */
  public static void main(String[] arguments) throws Exception {
    try (Muster muster = Muster.connect(arguments[0])) {
      MusterExecutor executor = muster.executor();
      int unused = executor.submit(SessionProgram::hang).get();
    }
  }
}
