package io.muster.protocol.process;

/**
 * The exit codes by which a task process says why it ended itself. Any other one is the user's own
 * {@code System.exit}, or the JVM's.
 */
public final class ProcessExit {
  /** Its worker closed the socket, or its program could not be loaded, which it has said. */
  public static final int DONE = 0;

  /**
   * Memory ran out. If the outcome of the task that ran has been reported (as a failure of kind
   * {@code MEMORY}), nobody else is to blame; else that task is the suspect.
   */
  public static final int OUT_OF_MEMORY = 86;

  /** The harness itself broke; what it wrote to standard error says where. */
  public static final int BROKEN = 87;

  private ProcessExit() {}
}
