package io.muster.deploy.it;

import java.util.List;
import java.util.stream.Stream;

/** What the JVMs of a cluster are told beside their jars. */
record JvmFlags(List<String> coordinator, List<String> worker, List<String> cli) {
  /** What the launcher passes to every JVM. */
  private static final List<String> LAUNCHER =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED");

  /** What it also passes to commands: start-up counts, peak speed does not. */
  private static final List<String> QUICK =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  /** Nodes as the launcher starts them; commands with an archive of their classes. */
  static JvmFlags asUsersStartThem() {
    ClassArchive.make();
    return new JvmFlags(LAUNCHER, LAUNCHER, all(LAUNCHER, QUICK, ClassArchive.CLI.using()));
  }

  /** All of them so that they start quickly: a test's nodes do not live for long. */
  static JvmFlags quick() {
    ClassArchive.make();
    return with(
        ClassArchive.COORDINATOR.using(), ClassArchive.WORKER.using(), ClassArchive.CLI.using());
  }

  /** As {@link #quick}, with these archives. */
  static JvmFlags with(List<String> coordinator, List<String> worker, List<String> cli) {
    return new JvmFlags(
        all(LAUNCHER, QUICK, coordinator), all(LAUNCHER, QUICK, worker), all(LAUNCHER, QUICK, cli));
  }

  @SafeVarargs
  private static List<String> all(List<String>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }
}
