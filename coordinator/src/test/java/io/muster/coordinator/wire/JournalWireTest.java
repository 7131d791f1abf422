package io.muster.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.coordinator.state.ClusterSnapshot;
import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.state.IntervalSet;
import io.muster.coordinator.state.JobError;
import io.muster.coordinator.state.JobState;
import io.muster.coordinator.state.JournalRecord;
import io.muster.protocol.AttemptId;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToWorker.Step;
import io.muster.protocol.WorkerId;
import io.muster.protocol.wire.UnknownMessageException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalWireTest {
  private static final JobId JOB = new JobId(7);
  private static final WorkerId WORKER = new WorkerId("w3");
  private static final AttemptId ATTEMPT = new AttemptId(2, 5);
  private static final JobError ERROR =
      new JobError(JobError.Phase.REDUCE, Failure.of(FailureKind.EXCEPTION, "no"));
  private static final JobSpec SPEC =
      new JobSpec(
          "request",
          "name",
          "user",
          new Program.Command(List.of("true"), false, "", List.of()),
          new Inputs.Listed(2),
          policy(new Policy.Keys(0, 0)));

  private static Policy policy(Policy.Keys keys) {
    Policy some = Policy.DEFAULT;
    return new Policy(
        null,
        some.retries(),
        some.crashLimit(),
        some.maxFailures(),
        some.chunk(),
        some.limit(),
        some.rate(),
        some.priority(),
        some.memory(),
        some.where(),
        some.env(),
        some.logLimit(),
        some.resultLimit(),
        some.backoff(),
        keys);
  }

  /** Each record with its bytes, which no later version may read otherwise. */
  static Stream<Map.Entry<JournalRecord, String>> records() {
    return Stream.of(
        Map.entry(new JournalRecord.EpochOpened(2, "j", 9, 1), "0a0b0a09080212016a18092001"),
        Map.entry(
            new JournalRecord.InputsAppended(JOB, 3, InputSizes.of(4, 5)),
            "0a0c1a0a080710031a040a020209"),
        Map.entry(new JournalRecord.InputsClosed(JOB), "0a0422020807"),
        Map.entry(new JournalRecord.JobStarted(JOB, 1), "0a062a0408071001"),
        Map.entry(
            new JournalRecord.JobEnded(JOB, JobState.SUCCEEDED, null, 1), "0a083206080710042001"),
        Map.entry(
            new JournalRecord.JobEnded(JOB, JobState.FAILED, ERROR, 1),
            "0a1a3218080710051a100a06726564756365120608011a026e6f2001"),
        Map.entry(new JournalRecord.JobRetried(JOB, 1), "0a063a0408071001"),
        Map.entry(new JournalRecord.JobForgotten(JOB), "0a0442020807"),
        Map.entry(
            new JournalRecord.WorkerRegistered(
                WORKER, "i", "a", 2, 1, 256, Map.of("k", "v"), "v", true),
            "0a204a1e0a0277331201691a0161200228013080023a060a016b1201764201764801"),
        Map.entry(new JournalRecord.WorkerDraining(WORKER), "0a0652040a027733"),
        Map.entry(new JournalRecord.WorkerLost(WORKER, 1), "0a085a060a0277331001"),
        Map.entry(new JournalRecord.WorkerRemoved(WORKER), "0a0662040a027733"),
        Map.entry(
            new JournalRecord.ChunkAssigned(ATTEMPT, JOB, WORKER, new Interval(3, 8)),
            "0a126a100a040802100510071a02773320032808"),
        Map.entry(new JournalRecord.AttemptStarted(ATTEMPT), "0a0872060a0408021005"),
        Map.entry(
            new JournalRecord.TasksEnded(
                ATTEMPT,
                new Interval(3, 9),
                true,
                new int[] {0, 2},
                new int[] {3},
                new int[] {4, 5},
                8),
            "0a1b7a190a04080210051003180920012a0200023201033a0204014008"),
        Map.entry(new JournalRecord.ChunkCut(ATTEMPT, 4), "0a0b8201080a04080210051004"),
        Map.entry(
            new JournalRecord.ChunkBroken(ATTEMPT, 4, 0, true, false, -1, 0),
            "0a0f8a010c0a0408021005100418002001"),
        Map.entry(
            new JournalRecord.ChunkBroken(ATTEMPT, 4, -1, false, true, 5, 0),
            "0a0f8a010c0a0408021005100428013005"),
        Map.entry(
            new JournalRecord.ChunkBroken(ATTEMPT, 4, -1, false, false, 5, 5_000),
            "0a108a010d0a040802100510043005388827"),
        Map.entry(
            new JournalRecord.ChunkDivided(ATTEMPT, 4, ATTEMPT.plus(1)),
            "0a11b2010e0a040802100510041a0408021006"),
        Map.entry(new JournalRecord.LoadDied(JOB, 2), "0a0792010408071002"),
        Map.entry(
            new JournalRecord.StepAssigned(ATTEMPT, JOB, WORKER, Step.SPLIT),
            "0a119a010e0a040802100510071a0277332001"),
        Map.entry(new JournalRecord.StepSucceeded(ATTEMPT), "0a09a201060a0408021005"),
        Map.entry(new JournalRecord.StepBroken(ATTEMPT, true), "0a0baa01080a04080210051001"),
        Map.entry(
            new JournalRecord.JobSubmitted(JOB, SPEC, InputSizes.of(1, 9_000), 5),
            "0a461244080712350a077265717565737412046e616d651a04757365722a060a047472756562020802a201111805608080406880808080047080c2d72f1a070a05010101a8462005"));
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyRecordComesBackFromTheSameBytesForEver(Map.Entry<JournalRecord, String> golden) {
    byte[] bytes = JournalWire.toBytes(List.of(golden.getKey()));
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden.getValue());
    assertThat(JournalWire.fromBytes(HexFormat.of().parseHex(golden.getValue())))
        .containsExactly(golden.getKey());
  }

  @Test
  void everyKindOfRecordIsTried() {
    List<?> tried = records().map(golden -> golden.getKey().getClass()).distinct().toList();
    assertThat(tried).hasSameSizeAs(kinds(JournalRecord.class).toList());
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(JournalWireTest::kinds)
        : Stream.of(type);
  }

  @Test
  void aRecordOfANewerVersionIsRefused() {
    assertThatThrownBy(() -> JournalWire.fromBytes(new byte[] {0x0a, 0x00}))
        .isInstanceOf(UnknownMessageException.class)
        .hasMessage("a journal record of a kind that is not known");
  }

  @Test
  void aSnapshotComesBack() {
    IntervalSet dense = new IntervalSet();
    for (long index = 100_000; index < 300_000; index += 2) {
      dense.add(index);
    }
    dense.add(1_000_000, 5_000_000);
    ClusterSnapshot.Job job =
        new ClusterSnapshot.Job(
            JOB,
            SPEC,
            InputSizes.of(3, 4),
            1,
            2L,
            null,
            null,
            ERROR,
            7_000_000,
            true,
            false,
            1,
            2,
            3.5,
            dense,
            IntervalSet.of(new Interval(3, 4)),
            IntervalSet.of(new Interval(0, 3), new Interval(5, 70_000)),
            new IntervalSet(),
            new IntervalSet(),
            List.of(dense, IntervalSet.of(new Interval(100_000, 100_001))),
            List.of(),
            List.of(),
            List.of(new ClusterSnapshot.Suspects(new Interval(9, 12), 2)));
    ClusterSnapshot snapshot =
        new ClusterSnapshot(
            List.of(new JournalRecord.EpochOpened(1, "journal", 1, 5)),
            7,
            3,
            List.of(job),
            List.of(
                new ClusterSnapshot.Worker(
                    WORKER, "i", "a", 2, 0, 256, Map.of("k", "v"), "0.1.0", false, true)),
            List.of(
                new ClusterSnapshot.Attempt(ATTEMPT, JOB, WORKER, new Interval(3, 5), null, true),
                new ClusterSnapshot.Attempt(
                    new AttemptId(2, 6), JOB, WORKER, new Interval(0, 1), Step.REDUCE, false)));
    assertThat(SnapshotWire.fromBytes(SnapshotWire.toBytes(snapshot))).isEqualTo(snapshot);
  }
}
