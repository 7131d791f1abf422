package io.muster.local.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.muster.coordinator.start.CoordinatorConfig;
import io.muster.coordinator.start.SoleCoordinator;
import io.muster.node.log.NodeLog;
import io.muster.worker.process.Launch;
import io.muster.worker.start.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * The main class of a local cluster's one process. It serves one program, its parent, and ends with
 * its standard input, which is the parent's pipe; its guardian then ends all task processes and
 * removes its folder, also when this process is killed. It says one line, {@code ready
 * api=HOST:PORT}, and holds its standard output open until nothing is left.
 */
public final class LocalNode {
  private static final Logger LOG = LoggerFactory.getLogger(LocalNode.class);
  private static final int BROKEN = 5;

  private final AtomicBoolean ending = new AtomicBoolean();

  private LocalNode() {}

  /**
   * @param arguments how many task processes there may be at a time
   */
  public static void main(String[] arguments) {
    Launch.prepare();
    keepNettySmall();
    LocalNode node = new LocalNode();
    node.endWithParent();
    try {
      node.start(Integer.parseInt(arguments[0]));
    } catch (Exception e) {
      node.broke(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
    }
  }

  /** Read when Netty is loaded. There is one client. */
  private static void keepNettySmall() {
    String netty = "io.grpc.netty.shaded.io.netty.";
    System.setProperty(netty + "allocator.numDirectArenas", "1");
    System.setProperty(netty + "allocator.numHeapArenas", "1");
    System.setProperty(netty + "allocator.maxOrder", "6");
    System.setProperty(netty + "noUnsafe", "true");
  }

  private void start(int processes) throws Exception {
    Path folder = Files.createTempDirectory("muster-local");
    CompletableFuture<LocalWorker.Place> place =
        CompletableFuture.supplyAsync(() -> LocalWorker.Place.in(folder));
    NodeLog.open(folder, "node");
    Config settings = settings(folder, processes);
    SoleCoordinator coordinator =
        SoleCoordinator.start(
            CoordinatorConfig.read(settings), settings, () -> end(0), this::broke);
    LocalWorker.start(place.join(), WorkerConfig.read(settings), coordinator).join();
    System.out.println("ready api=" + coordinator.api());
    System.out.flush();
    LOG.info("ready at {} with {} slots", coordinator.api(), processes);
  }

  private static Config settings(Path folder, int processes) {
    Map<String, Object> own = new HashMap<>();
    own.put("muster.coordinator.host", "127.0.0.1");
    own.put("muster.coordinator.bind", "127.0.0.1");
    own.put("muster.coordinator.api-port", 0);
    own.put("muster.coordinator.data", folder.resolve("data").toString());
    own.put("muster.worker.slots", processes);
    return ConfigFactory.parseMap(own, "a local cluster")
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  /** Ctrl-C in a terminal reaches the parent too, which decides what it means. */
  private void endWithParent() {
    Signal.handle(new Signal("INT"), signal -> LOG.debug("{}", signal));
    Signal.handle(new Signal("HUP"), signal -> LOG.debug("{}", signal));
    Signal.handle(new Signal("TERM"), signal -> end(0));
    Thread watch =
        new Thread(
            () -> {
              awaitEndOfInput();
              end(0);
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }

  private static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // The parent says nothing; what counts is the end.
      }
    } catch (IOException e) {
      LOG.debug("the parent's pipe is broken", e);
    }
  }

  private void broke(Throwable cause) {
    if (!ending.get()) {
      LOG.error("the local cluster cannot go on", cause);
      System.err.println("muster: the local cluster cannot go on: " + cause);
      System.err.flush();
    }
    end(BROKEN);
  }

  /** At once: nothing in the folder is wanted any more. */
  private void end(int code) {
    if (ending.compareAndSet(false, true)) {
      Runtime.getRuntime().halt(code);
    }
  }
}
