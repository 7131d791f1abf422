package io.muster.client;

import io.muster.calls.CallDecoder;
import io.muster.calls.CallEncoder;
import io.muster.calls.CallHead;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Runs calls as a task process does. */
final class FakeCalls {
  private static final CallEncoder ENCODER = new CallEncoder();

  private FakeCalls() {}

  static byte[] run(byte[] head, byte[] input) throws Exception {
    CallHead function = new CallDecoder(FakeCalls.class.getClassLoader()).head(head);
    return serialized(awaited(function.run(function.read(input, 0, input.length))));
  }

  private static Object awaited(Object result) throws Exception {
    if (!(result instanceof CompletionStage<?> stage)) {
      return result;
    }
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  static void runSetup(byte[] setup) throws Exception {
    if (setup.length > 0) {
      CallHead function = new CallDecoder(FakeCalls.class.getClassLoader()).head(setup);
      Object unused = function.run(function.read(new byte[0], 0, 0));
    }
  }

  /** The exception itself, or nothing when it can't travel. */
  static byte[] thrown(Throwable exception) {
    try {
      return serialized(exception);
    } catch (Exception e) {
      return new byte[0];
    }
  }

  static byte[] serialized(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ENCODER.value(value, bytes);
    return bytes.toByteArray();
  }
}
