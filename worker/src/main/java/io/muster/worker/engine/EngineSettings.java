package io.muster.worker.engine;

import io.muster.worker.process.Confinement;
import io.muster.worker.process.JvmSettings;
import java.time.Duration;
import java.util.Map;

/**
 * What an engine is made with.
 *
 * @param incarnation made at the worker's start; every task process carries it
 * @param taskMemory bytes of one slot
 * @param ioMemory bytes of a process for I/O tasks
 * @param drainWithin how long what runs may go on when the worker is to end
 * @param environment of the worker: task processes see a few variables of it
 * @param confinement what the system keeps task processes from
 */
public record EngineSettings(
    String incarnation,
    int slots,
    long taskMemory,
    long ioMemory,
    long cacheLimit,
    Duration drainWithin,
    WorkFolder folder,
    JvmSettings jvm,
    Map<String, String> environment,
    Confinement confinement) {

  /** Of tasks that may do what the worker may. */
  public EngineSettings(
      String incarnation,
      int slots,
      long taskMemory,
      long ioMemory,
      long cacheLimit,
      Duration drainWithin,
      WorkFolder folder,
      JvmSettings jvm,
      Map<String, String> environment) {
    this(
        incarnation,
        slots,
        taskMemory,
        ioMemory,
        cacheLimit,
        drainWithin,
        folder,
        jvm,
        environment,
        Confinement.NONE);
  }
}
