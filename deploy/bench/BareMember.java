import com.typesafe.config.ConfigFactory;
import io.muster.node.cluster.ClusterSettings;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * A member of the cluster at HOST:PORT that is nothing else, and leaves: the least that a worker's start can take. Prints the
 * milliseconds from the start of its process until the cluster let it in. The peer of the figure start.
 */
public final class BareMember {
  public static void main(String[] args) throws Exception {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            ClusterSettings.SYSTEM,
            ClusterSettings.of(ClusterSettings.WORKER, "127.0.0.1", 0, "127.0.0.1", 1, false)
                .withFallback(ConfigFactory.load())
                .resolve());
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(AddressFromURIString.parse("pekko://muster@" + args[0])));
    while (cluster.selfMember().status() == MemberStatus.removed()) {
      Thread.sleep(1);
    }
    Instant started = ProcessHandle.current().info().startInstant().orElseThrow();
    System.out.println(Duration.between(started, Instant.now()).toMillis());
    CoordinatedShutdown.get(system)
        .runAll(CoordinatedShutdown.clusterLeavingReason())
        .toCompletableFuture()
        .join();
  }
}
