package io.muster.deploy.local;

import io.muster.client.LocalCluster;
import java.io.IOException;
import java.util.ServiceLoader;

/** Starts a local cluster, says its address, and closes it when its standard input has a line. */
public final class LocalProgram {
  private LocalProgram() {}

  /**
   * @param arguments task processes at a time
   */
  public static void main(String[] arguments) throws IOException {
    LocalCluster.Starter starter =
        ServiceLoader.load(LocalCluster.Starter.class).findFirst().orElseThrow();
    try (LocalCluster cluster = starter.start(Integer.parseInt(arguments[0]))) {
      System.out.println("at " + cluster.address());
      int unused = System.in.read();
    }
    System.out.println("closed");
  }
}
