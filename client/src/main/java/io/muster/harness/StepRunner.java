package io.muster.harness;

import io.muster.api.Combine;
import io.muster.api.Job;
import io.muster.protocol.Encoding;
import io.muster.protocol.Policy;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess.RunStep;
import java.io.IOException;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Runs what user code does once a job: split, combine what chunks have combined, reduce. */
final class StepRunner {
  private final LoadedProgram program;
  private final Outbox outbox;
  private final FeedQueue feeds;
  private final ProducedInputs produced;
  private final EncodedValue encoded;

  StepRunner(LoadedProgram program, Outbox outbox, FeedQueue feeds, EncodedValue encoded) {
    this.program = program;
    this.outbox = outbox;
    this.feeds = feeds;
    this.encoded = encoded;
    produced = new ProducedInputs(outbox);
  }

  /**
   * Runs a step and says how it ended.
   *
   * @throws OutOfMemoryError when memory ran out: that is said, and the process must end
   */
  void run(RunStep step) {
    Throwable thrown = null;
    Values result = Values.NONE;
    program.context().begin(-1, 1);
    try {
      result =
          switch (step.step()) {
            case SPLIT -> split(step);
            case COMBINE -> combine();
            case REDUCE -> reduce();
          };
    } catch (FedValues.UnreadableException e) {
      thrown = e.why();
    } catch (Throwable e) {
      thrown = e;
    }
    Thread.interrupted();
    program.context().end();
    if (thrown == null) {
      outbox.postNow(new FromProcess.StepSucceeded(step.attempt(), result));
    } else {
      outbox.postNow(new FromProcess.StepFailed(step.attempt(), Failures.of(thrown)));
      Failures.rethrowIfOutOfMemory(thrown);
    }
  }

  private Values split(RunStep step) throws Exception {
    produced.begin(step.attempt());
    ValueWriter writer = program.writer(Encoding.JSON);
    long count = 0;
    try (Stream<?> inputs = job().split(program.context())) {
      Iterator<?> each = inputs.iterator();
      while (each.hasNext()) {
        Object input = each.next();
        if (count++ >= step.skip()) {
          encoded.reset(Long.MAX_VALUE);
          writer.write(input, encoded);
          encoded.finish();
          produced.add(encoded);
        }
      }
    } finally {
      produced.end();
    }
    return encode(count, Encoding.JSON);
  }

  @SuppressWarnings(
      "NullAway") // the user's type may take null; type arguments say so, which it does not read
  private Values combine() throws Exception {
    @SuppressWarnings("unchecked") // its results are read as the type that it takes
    Combine<@Nullable Object> combine = (Combine<@Nullable Object>) program.object();
    FedValues pieces = fed();
    Object combined = pieces.hasNext() ? pieces.next() : null;
    while (pieces.hasNext()) {
      combined = combine.combine(combined, pieces.next());
    }
    return encode(combined, pieces.encoding());
  }

  private Values reduce() throws Exception {
    FedValues results = fed();
    Spliterator<@Nullable Object> each =
        Spliterators.spliteratorUnknownSize(results, Spliterator.ORDERED);
    try (Stream<@Nullable Object> stream = StreamSupport.stream(each, false)) {
      Object reduced = job().reduce(stream, program.context());
      results.skipRest();
      Encoding encoding = results.encoding();
      Policy policy = program.spec().policy();
      return policy.flatten()
          ? new TaskOutputs(encoded, policy.resultLimit())
              .of(reduced, program.writer(encoding), encoding)
          : encode(reduced, encoding);
    }
  }

  private FedValues fed() {
    return new FedValues(
        feeds,
        encoding -> program.reader(encoding, program.programClass().output()),
        program.blobs());
  }

  @SuppressWarnings("unchecked") // results are read as the type that it takes
  private Job<?, @Nullable Object, ?> job() {
    return (Job<?, @Nullable Object, ?>) program.object();
  }

  private Values encode(@Nullable Object value, Encoding encoding)
      throws UncodableValueException, IOException {
    encoded.reset(program.spec().policy().resultLimit());
    program.writer(encoding).write(value, encoded);
    encoded.finish();
    ValueBuffer one = new ValueBuffer();
    one.append(encoded);
    return one.take(encoding);
  }
}
