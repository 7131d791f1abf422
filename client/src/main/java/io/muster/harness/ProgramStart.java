package io.muster.harness;

import io.muster.calls.CallDecoder;
import io.muster.calls.CallHead;
import io.muster.calls.UnreadableValueException;
import io.muster.protocol.Failure;

/** What runs of the user's code before the first task. */
final class ProgramStart {
  private static final byte[] NO_INPUT = {};

  private ProgramStart() {}

  /** Runs static initialisers and the constructor. */
  static Object make(ProgramClass programClass) throws UnmadeException {
    try {
      return programClass.newInstance();
    } catch (Throwable e) {
      Failures.rethrowIfOutOfMemory(e);
      throw new UnmadeException(
          "class %s can't be made: %s".formatted(programClass.name(), headline(e)), e);
    }
  }

  /**
   * Runs what the user wants to have run once in each process.
   *
   * @param setup of {@code Program.Calls}; empty: nothing
   */
  static void setUp(CallDecoder decoder, byte[] setup) throws UnmadeException {
    if (setup.length == 0) {
      return;
    }
    try {
      CallHead function = decoder.head(setup);
      function.run(function.read(NO_INPUT, 0, 0));
    } catch (UnreadableValueException e) {
      throw new UnmadeException("the set-up of a process can't be read: " + e.getMessage(), e);
    } catch (Throwable e) {
      Failures.rethrowIfOutOfMemory(e);
      throw new UnmadeException("the set-up of a process failed: " + headline(e), e);
    }
    Thread.interrupted(); // is not the first task's
  }

  private static String headline(Throwable thrown) {
    Failure why = Failures.of(thrown);
    return why.type() + ": " + why.message();
  }
}
