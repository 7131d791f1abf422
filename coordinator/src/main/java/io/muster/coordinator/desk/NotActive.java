package io.muster.coordinator.desk;

/** No coordinator is active on this node, or it just ended: another address may have one. */
public final class NotActive extends RuntimeException {
  public NotActive(String line) {
    super(line, null, false, false);
  }
}
