package io.muster.coordinator;

import io.muster.coordinator.cli.CommandRunner;

/** The entry of {@code coordinator.jar}: the command line, of which {@code start} is a part. */
public final class CoordinatorMain {
  private CoordinatorMain() {}

  public static void main(String[] arguments) {
    keepNettySmall();
    System.exit(CommandRunner.run(arguments));
  }

  /** Read when Netty is loaded. A coordinator has few clients, and a small heap to serve them. */
  private static void keepNettySmall() {
    String netty = "io.grpc.netty.shaded.io.netty.";
    System.setProperty(netty + "allocator.numDirectArenas", "1");
    System.setProperty(netty + "allocator.numHeapArenas", "1");
    System.setProperty(netty + "allocator.maxOrder", "6");
    System.setProperty(netty + "noUnsafe", "true");
  }
}
