package io.muster.harness;

import io.muster.api.RemoteCallable;
import io.muster.api.RemoteFunction;
import io.muster.calls.CallDecoder;
import io.muster.calls.CallEncoder;
import io.muster.calls.CallHead;
import io.muster.calls.CallValues;
import io.muster.calls.EncodedCall;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.Values;
import io.muster.protocol.process.ChunkCursor;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess.RunChunk;
import io.muster.protocol.wire.ProcessWire;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What calls cost in one process: to encode and decode them, and to run them in chunks as a task
 * process does, up to the bytes that it sends. A program to run by hand, with {@code -Xmx256m}.
 */
final class CallRate {
  private static final int ROUNDS = 8;
  private static final int CALLS = 1_000_000;
  private static final int CHUNK = 10_000;

  private static final CallEncoder ENCODER = new CallEncoder();
  private static final ClassLoader LOADER = CallRate.class.getClassLoader();

  private CallRate() {}

  private interface Work {
    /** Does it so many times; something that depends on all of it. */
    long times(int count) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    EncodedCall call = ENCODER.call(plus(1_000, "text"));
    byte[] number = ENCODER.arguments(1_000);
    CallDecoder decoder = new CallDecoder(LOADER);
    CallHead head = decoder.head(call.head());
    CallValues values = new CallValues(LOADER, CallValues.defaultFilter());
    measure("encode a lambda that captures an int and a String", CallRate::encode);
    measure(
        "decode and run it",
        count -> {
          long sum = 0;
          for (int i = 0; i < count; i++) {
            sum += (Integer) head.run(head.read(call.input(), 0, call.input().length));
          }
          return sum;
        });
    measure(
        "find its head again",
        count -> {
          long sum = 0;
          for (int i = 0; i < count; i++) {
            sum += decoder.head(call.head()) == head ? 1 : 0;
          }
          return sum;
        });
    measure(
        "encode an Integer",
        count -> {
          long sum = 0;
          for (int i = 0; i < count; i++) {
            sum += ENCODER.arguments(i).length;
          }
          return sum;
        });
    measure(
        "decode an Integer",
        count -> {
          long sum = 0;
          for (int i = 0; i < count; i++) {
            sum += (Integer) values.read(number, 0, number.length);
          }
          return sum;
        });
    measure(
        "encode a list of 3 Strings",
        count -> {
          long sum = 0;
          for (int i = 0; i < count; i++) {
            sum += ENCODER.arguments(List.of("a", "b", "c")).length;
          }
          return sum;
        });
    byte[] list = ENCODER.arguments(List.of("a", "b", "c"));
    measure(
        "decode a list of 3 Strings",
        count -> {
          long sum = 0;
          for (int i = 0; i < count; i++) {
            sum += ((List<?>) values.read(list, 0, list.length)).size();
          }
          return sum;
        });
    Path folder = Files.createTempDirectory("call-rate");
    measure("run x -> x * x in chunks of " + CHUNK, new InProcess(folder));
  }

  private static long encode(int count) throws Exception {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ENCODER.call(plus(i, "text")).input().length;
    }
    return sum;
  }

  private static RemoteCallable<Integer> plus(int number, String text) {
    return () -> number + text.length();
  }

  private static void measure(String what, Work work) throws Exception {
    long best = Long.MAX_VALUE;
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long began = System.nanoTime();
      sum += work.times(CALLS);
      best = Math.min(best, System.nanoTime() - began);
    }
    System.out.printf(
        Locale.ROOT,
        "%-55s %8.0f ns %6.2f M/s (%d)%n",
        what,
        (double) best / CALLS,
        1e3 * CALLS / best,
        sum);
  }

  /** A task process without its socket. */
  private static final class InProcess implements Work, Outbox.Sender {
    private final ChunkCursor cursor;
    private final CallRunner runner;
    private final Values chunk;
    private final OutputStream nowhere = OutputStream.nullOutputStream();

    InProcess(Path folder) throws Exception {
      cursor = ChunkCursor.map(folder.resolve("cursor"));
      Outbox outbox = new Outbox(this, () -> {});
      TaskOutput output = new TaskOutput(outbox);
      runner =
          new CallRunner(
              new CallDecoder(LOADER),
              new RunningTask(Map.of(), 1, output),
              cursor,
              new Reports(outbox),
              new EncodedValue(folder, folder),
              1 << 30,
              folder);
      Thread sender = new Thread(outbox, "outbox");
      sender.setDaemon(true);
      sender.start();
      chunk = chunk();
    }

    private static Values chunk() throws Exception {
      RemoteFunction<Integer, Integer> square = x -> x * x;
      byte[][] inputs = new byte[CHUNK][];
      int[] lengths = new int[CHUNK];
      int size = 0;
      for (int i = 0; i < CHUNK; i++) {
        inputs[i] = ENCODER.arguments(i);
        lengths[i] = inputs[i].length;
        size += lengths[i];
      }
      byte[] bytes = new byte[size];
      int at = 0;
      for (byte[] input : inputs) {
        System.arraycopy(input, 0, bytes, at, input.length);
        at += input.length;
      }
      Values.Head head = new Values.Head(0, ENCODER.function(square), null);
      return new Values(Encoding.JAVA, bytes, lengths, List.of(), List.of(head));
    }

    @Override
    public long times(int count) {
      for (int from = 0; from < count; from += CHUNK) {
        cursor.reset(CHUNK);
        runner.run(
            new RunChunk(
                new AttemptId(1, from), new Interval(from, from + CHUNK), chunk, new int[0]));
      }
      return count;
    }

    @Override
    public void send(FromProcess message) throws java.io.IOException {
      ProcessWire.write(message, nowhere);
    }

    @Override
    public void flush() {}
  }
}
