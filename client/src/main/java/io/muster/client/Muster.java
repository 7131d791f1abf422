package io.muster.client;

import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Stand-in: builder B's is the real one. */
public final class Muster implements AutoCloseable {
  private final List<String> addresses;
  private final @Nullable LocalCluster local;

  private Muster(List<String> addresses, @Nullable LocalCluster local) {
    this.addresses = addresses;
    this.local = local;
  }

  public static Muster connect(String... addresses) {
    return new Muster(List.of(addresses), null);
  }

  public static Muster local(int processes) {
    LocalCluster cluster =
        ServiceLoader.load(LocalCluster.Starter.class)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("add io.muster:local"))
            .start(processes);
    return new Muster(List.of(cluster.address()), cluster);
  }

  public Pool pool() {
    return new Pool();
  }

  @Override
  public void close() {
    if (local != null) {
      local.close();
    }
  }

  @Override
  public String toString() {
    return "Muster at " + addresses;
  }
}
