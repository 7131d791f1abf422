package io.muster.coordinator.state;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Claim;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** A state on a bench, with a clock that a test moves, and words to speak to it. */
final class Bench {
  static final String JOURNAL = "journal";

  final Recorder effects = new Recorder();
  ClusterState state = new ClusterState();
  long millis = 1_000;
  private int requests;

  Bench() {
    state.epochOpened(1, JOURNAL, 1, now(), effects);
  }

  Now now() {
    return new Now(millis * 1_000_000, millis);
  }

  /** Time passes; the state is called whenever it wants to be. */
  void pass(long more) {
    long end = millis + more;
    Long next = state.nextTick();
    while (next != null && next <= end * 1_000_000) {
      millis = Math.max(millis, (next + 999_999) / 1_000_000);
      state.tick(now(), effects);
      Long after = state.nextTick();
      if (after != null && after <= next) {
        throw new AssertionError("tick at " + next + " wants another at " + after);
      }
      next = after;
    }
    millis = end;
    state.tick(now(), effects);
  }

  WorkerId worker(int slots) {
    return worker("incarnation-" + state.workers().size() + "-" + millis, slots, Map.of());
  }

  WorkerId worker(String incarnation, int slots, Map<String, String> labels, Claim... claims) {
    return ((RegistrationReply.Welcome)
            state.registered(registration(incarnation, slots, labels, claims), now(), effects))
        .id();
  }

  /** One with a slot, and room for I/O tasks. */
  WorkerId ioWorker(String incarnation, int ioLimit, Map<String, String> labels, Claim... claims) {
    Registration registration = ioRegistration(incarnation, ioLimit, labels, claims);
    return ((RegistrationReply.Welcome) state.registered(registration, now(), effects)).id();
  }

  static Registration ioRegistration(
      String incarnation, int ioLimit, Map<String, String> labels, Claim... claims) {
    return registration(incarnation, 1, ioLimit, labels, claims);
  }

  static Registration registration(
      String incarnation, int slots, Map<String, String> labels, Claim... claims) {
    return registration(incarnation, slots, 0, labels, claims);
  }

  private static Registration registration(
      String incarnation, int slots, int ioLimit, Map<String, String> labels, Claim... claims) {
    return new Registration(
        incarnation,
        null,
        JOURNAL,
        "host",
        slots,
        ioLimit,
        256 << 20,
        labels,
        "0.1.0",
        Registration.PROTOCOL_VERSION,
        Set.of(),
        false,
        List.of(claims));
  }

  JobId job(Program program, Inputs inputs, Policy policy, int... lengths) {
    JobSpec spec = new JobSpec("request-" + requests++, "name", "user", program, inputs, policy);
    return state.submitted(spec, InputSizes.of(lengths), now(), effects);
  }

  JobId tasks(long count) {
    return tasks(count, Policy.DEFAULT);
  }

  JobId tasks(long count, Policy policy) {
    return job(java(Program.Shape.TASK), new Inputs.Range(0, count, 1), policy);
  }

  static Program java(Program.Shape shape) {
    return new Program.Java(List.of(), "Main", shape, Map.of());
  }

  static Policy policy(int retries, int crashLimit, long maxFailures, long chunk, int limit) {
    return policy(retries, crashLimit, maxFailures, chunk, limit, 0, 0, Map.of());
  }

  static Policy policy(
      int retries,
      int crashLimit,
      long maxFailures,
      long chunk,
      int limit,
      int priority,
      long memory,
      Map<String, String> where) {
    return new Policy(
        null,
        retries,
        crashLimit,
        maxFailures,
        chunk,
        limit,
        0,
        priority,
        memory,
        where,
        Map.of(),
        1 << 20,
        1 << 30,
        Duration.ofMillis(100),
        Policy.Keys.DEFAULT);
  }

  static Policy chunks(long size) {
    return policy(0, 5, 0, size, 0);
  }

  static AttemptId attempt(long number) {
    return new AttemptId(1, number);
  }

  void says(WorkerId worker, ToCoordinator item) {
    state.received(worker, item, now(), effects);
  }

  void starts(WorkerId worker, long number) {
    says(worker, new ToCoordinator.Started(attempt(number)));
  }

  /** All of these ended, those at these offsets by a failure of this kind; a millisecond each. */
  void ends(WorkerId worker, long number, long from, long until, FailureKind kind, int... failed) {
    says(worker, outcomes(attempt(number), from, until, 1_000_000, kind, failed));
  }

  void succeeds(WorkerId worker, long number, long from, long until) {
    ends(worker, number, from, until, FailureKind.EXCEPTION);
  }

  static Outcomes outcomes(
      AttemptId attempt, long from, long until, long nanosEach, FailureKind kind, int... failed) {
    int values = (int) (until - from) - failed.length;
    return new Outcomes(
        attempt,
        new Interval(from, until),
        false,
        new Values(Encoding.JSON, new byte[values], ones(values), List.of()),
        failed,
        new int[failed.length],
        ones(failed.length),
        failed.length == 0 ? List.of() : List.of(Failure.of(kind, "no")),
        (until - from) * nanosEach);
  }

  private static int[] ones(int count) {
    return IntStream.generate(() -> 1).limit(count).toArray();
  }

  void crashes(WorkerId worker, long number, long suspect, long takenUntil) {
    Failure failure = Failure.of(FailureKind.CRASH, "died");
    says(worker, new ToCoordinator.AttemptFailed(attempt(number), suspect, takenUntil, failure));
  }

  JobState stateOf(JobId job) {
    return state.job(job).state();
  }

  /** An open job of a session, of calls that wait. */
  JobId ioCalls(long count) {
    JobSpec spec =
        new JobSpec(
            "request-" + requests++,
            "name",
            "user",
            new Program.Calls(List.of(), new byte[0], 0, true),
            new Inputs.Open(),
            policy(1, 5, 0, 0, 0),
            "session");
    JobId job = state.submitted(spec, new InputSizes(), now(), effects);
    InputSizes sizes = InputSizes.of(new int[(int) count]);
    state.inputsAppended(job, null, 0, sizes, now(), effects);
    return job;
  }

  /** The first try of this task failed, and it wants the next so much later. */
  static Outcomes asksToWait(AttemptId attempt, long index, long millis) {
    Failure failure =
        new Failure(FailureKind.EXCEPTION, "", "later", "", null, null, "", new byte[0], millis);
    return new Outcomes(
        attempt,
        new Interval(index, index + 1),
        false,
        Values.NONE,
        new int[1],
        new int[1],
        ones(1),
        List.of(failure),
        1);
  }

  /** Another coordinator takes office, and knows what the journal has. */
  void restarts() {
    state = replayed();
    state.epochOpened(state.epoch() + 1, JOURNAL, effects.records.size(), now(), effects);
  }

  /** The same again from the journal alone. */
  ClusterState replayed() {
    ClusterState again = new ClusterState();
    effects.records.forEach(again::replayed);
    return again;
  }
}
