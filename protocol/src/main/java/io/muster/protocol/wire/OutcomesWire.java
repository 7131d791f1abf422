package io.muster.protocol.wire;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.Interval;
import io.muster.protocol.Outcomes;
import java.util.ArrayList;
import java.util.List;

/** {@link Outcomes} as a message. */
public final class OutcomesWire {
  private OutcomesWire() {}

  public static io.muster.protocol.wire.v1.Outcomes toProto(Outcomes outcomes) {
    var message =
        io.muster.protocol.wire.v1.Outcomes.newBuilder()
            .setEpoch(outcomes.attempt().epoch())
            .setNumber(outcomes.attempt().number())
            .setFrom(outcomes.interval().from())
            .setUntil(outcomes.interval().until())
            .setCombined(outcomes.combined())
            .setValues(ValuesWire.toProto(outcomes.values()))
            .setElapsedNanos(outcomes.elapsedNanos());
    for (int k = 0; k < outcomes.failedOffsets().length; k++) {
      message
          .addFailedOffsets(outcomes.failedOffsets()[k])
          .addCauses(outcomes.causes()[k])
          .addTries(outcomes.tries()[k]);
    }
    for (int count : outcomes.counts()) {
      message.addCounts(count);
    }
    outcomes.failures().forEach(failure -> message.addFailures(FailureWire.toProto(failure)));
    return message.build();
  }

  public static Outcomes fromProto(io.muster.protocol.wire.v1.Outcomes message) {
    List<Failure> failures = new ArrayList<>(message.getFailuresCount());
    message.getFailuresList().forEach(failure -> failures.add(FailureWire.fromProto(failure)));
    int[] offsets = ints(message.getFailedOffsetsList());
    int[] causes = ints(message.getCausesList());
    long size = message.getUntil() - message.getFrom();
    for (int k = 0; k < offsets.length; k++) {
      if (offsets[k] >= size || (k > 0 && offsets[k] <= offsets[k - 1])) {
        throw new UnknownMessageException("failed offsets that do not ascend within " + size);
      }
    }
    for (int cause : causes) {
      if (cause < 0 || cause >= failures.size()) {
        throw new UnknownMessageException("cause " + cause + " of " + failures.size());
      }
    }
    try {
      return new Outcomes(
          new AttemptId(message.getEpoch(), message.getNumber()),
          new Interval(message.getFrom(), message.getUntil()),
          message.getCombined(),
          ValuesWire.fromProto(message.getValues()),
          offsets,
          causes,
          ints(message.getTriesList()),
          List.copyOf(failures),
          message.getElapsedNanos(),
          ints(message.getCountsList()));
    } catch (IllegalArgumentException e) {
      throw new UnknownMessageException(String.valueOf(e.getMessage()), e);
    }
  }

  static int[] ints(List<Integer> numbers) {
    int[] array = new int[numbers.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = numbers.get(i);
      if (array[i] < 0) {
        throw new UnknownMessageException("a number beyond 2^31: " + numbers.get(i));
      }
    }
    return array;
  }
}
