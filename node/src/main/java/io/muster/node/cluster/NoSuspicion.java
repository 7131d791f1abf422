package io.muster.node.cluster;

import com.typesafe.config.Config;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.remote.FailureDetector;

/**
 * What a worker thinks of other nodes: nothing. Only coordinators say who is out of reach. Were
 * workers to say it of each other, one that dies would leave its last word behind, and a few that
 * die one after the other would look like a cluster torn in pieces, which Pekko's split-brain
 * resolver ends by downing all of it, the coordinator too ("indirectly connected"). A worker that
 * hears of no coordinator finds that out by its link.
 */
public final class NoSuspicion implements FailureDetector {
  private volatile boolean monitoring;

  /** As Pekko makes one. */
  public NoSuspicion(Config config, EventStream events) {}

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public boolean isMonitoring() {
    return monitoring;
  }

  @Override
  public void heartbeat() {
    monitoring = true;
  }
}
