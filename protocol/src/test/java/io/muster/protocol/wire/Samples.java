package io.muster.protocol.wire;

import io.muster.protocol.AttemptId;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
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
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.WorkerId;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** At least one of everything that is said, with every field set to something of its own. */
final class Samples {
  private static final AttemptId ATTEMPT = new AttemptId(3, 1_234_567_890_123L);
  private static final JobId JOB = new JobId(42);
  private static final BlobRef BLOB = new BlobRef(new BlobId("0f".repeat(32)), 1L << 40, "a.jar");
  private static final Values VALUES =
      new Values(
          Encoding.BYTES,
          "onethree".getBytes(StandardCharsets.UTF_8),
          new int[] {3, 0, 5},
          List.of(new Values.BlobValue(1, BLOB)));
  private static final Values CALLS =
      new Values(
          Encoding.JAVA,
          new byte[] {1, 2, 3},
          new int[] {1, 1, 1},
          List.of(),
          List.of(new Values.Head(0, new byte[] {9}, null), new Values.Head(2, new byte[0], BLOB)));
  private static final Failure FAILURE =
      new Failure(
          FailureKind.EXIT, "java.lang.Error", "it broke", "at\n\tnowhere", -1, 9, "last words\n");
  private static final ToCoordinator.Claim CLAIM =
      new ToCoordinator.Claim(ATTEMPT, JOB, new Interval(5, 8), true);
  private static final Policy POLICY =
      new Policy(
          Duration.ofSeconds(30),
          2,
          3,
          4,
          5,
          6,
          7.5,
          -8,
          9,
          Map.of("zone", "a"),
          Map.of("K", "V"),
          10,
          1L << 33,
          Duration.ofMillis(11),
          new Policy.Keys(12, 13));

  static final List<ToWorker> TO_WORKER =
      List.of(
          new ToWorker.Prepare(JOB, spec(command(), new Inputs.Listed(7))),
          new ToWorker.Assign(ATTEMPT, JOB, new Interval(5, 8), VALUES, new int[] {1, 2, 1}),
          new ToWorker.Assign(ATTEMPT, JOB, new Interval(5, 8), VALUES, new int[0], true),
          new ToWorker.Retract(ATTEMPT, 500),
          new ToWorker.Revoke(ATTEMPT),
          new ToWorker.RunStep(ATTEMPT, JOB, ToWorker.Step.SPLIT, 6),
          new ToWorker.RunStep(ATTEMPT, JOB, ToWorker.Step.COMBINE, 0),
          new ToWorker.RunStep(ATTEMPT, JOB, ToWorker.Step.REDUCE, 0),
          new ToWorker.JobOver(JOB),
          new ToWorker.Drain(),
          new ToWorker.StopTask(ATTEMPT, 6, true),
          new ToWorker.Assign(ATTEMPT, JOB, new Interval(5, 8), CALLS, new int[0]));

  static final List<ToCoordinator> TO_COORDINATOR = toCoordinator();

  static final List<ToProcess> TO_PROCESS =
      List.of(
          new ToProcess.Load(
              JOB, spec(java(Program.Shape.TASK), new Inputs.Open()), List.of("/a", "/b"), "/c"),
          new ToProcess.Unload(),
          new ToProcess.OfJob(JOB, new ToProcess.Unload()),
          new ToProcess.Drop(ATTEMPT),
          new ToProcess.Stop(6, true),
          new ToProcess.RunChunk(ATTEMPT, new Interval(5, 8), VALUES, new int[] {1, 2, 1}),
          new ToProcess.RunStep(ATTEMPT, ToWorker.Step.REDUCE, 4),
          new ToProcess.Feed(VALUES, true));

  static final List<FromProcess> FROM_PROCESS =
      List.of(
          new FromProcess.Hello(99, 1),
          new FromProcess.Loaded(),
          new FromProcess.Unloaded(),
          new FromProcess.OfJob(JOB, new FromProcess.Loaded()),
          new FromProcess.Begun(ATTEMPT),
          new FromProcess.Divided(ATTEMPT, 7, ATTEMPT.plus(2)),
          new FromProcess.LoadFailed(FAILURE),
          new FromProcess.Reported(mixed()),
          new FromProcess.ChunkEnded(ATTEMPT, 8),
          new FromProcess.Produced(ATTEMPT, VALUES),
          new FromProcess.StepSucceeded(ATTEMPT, VALUES),
          new FromProcess.StepFailed(ATTEMPT, FAILURE),
          new FromProcess.Printed(-1, 2, ToCoordinator.LogStream.STDOUT, new byte[] {1, 2}),
          new FromProcess.Printed(7, 2, ToCoordinator.LogStream.STDERR, new byte[] {1, 2}));

  static final List<Registration> REGISTRATIONS =
      List.of(
          new Registration(
              "inc",
              new WorkerId("w1"),
              "journal",
              "host:1",
              2,
              3,
              1L << 34,
              Map.of("zone", "a"),
              "1.2",
              1,
              Set.of("x"),
              true,
              List.of(CLAIM)),
          new Registration(
              "inc", null, null, "h", 1, 1, 1, Map.of(), "1", 1, Set.of(), false, List.of()));

  static final List<RegistrationReply> REPLIES =
      List.of(
          new RegistrationReply.Welcome(new WorkerId("w1"), 3, "journal"),
          new RegistrationReply.Refused("too old"),
          new RegistrationReply.NotActive());

  static final List<JobSpec> SPECS = specs();

  static final List<Failure> FAILURES = failures();

  private Samples() {}

  private static List<ToCoordinator> toCoordinator() {
    Outcomes combined =
        new Outcomes(
            ATTEMPT,
            new Interval(5, 1L << 40),
            true,
            new Values(Encoding.JAVA, new byte[] {1, -1}, new int[] {2}, List.of()),
            new int[0],
            new int[0],
            new int[0],
            List.of(),
            7);
    Outcomes flattened =
        new Outcomes(
            ATTEMPT,
            new Interval(5, 9),
            false,
            VALUES,
            new int[] {1},
            new int[] {0},
            new int[] {1},
            List.of(FAILURE),
            8,
            new int[] {2, 0, 1});
    return List.of(
        mixed(),
        combined,
        flattened,
        new ToCoordinator.Started(ATTEMPT),
        new ToCoordinator.Retracted(ATTEMPT, 6),
        new ToCoordinator.AttemptFailed(ATTEMPT, -1, 6, FAILURE),
        new ToCoordinator.AttemptFailed(ATTEMPT, 5, 6, Failure.of(FailureKind.CRASH, "died")),
        new ToCoordinator.AttemptFailed(ATTEMPT, -1, 6, FAILURE, true),
        new ToCoordinator.Divided(ATTEMPT, 7, ATTEMPT.plus(4)),
        new ToCoordinator.StepSucceeded(ATTEMPT, VALUES),
        new ToCoordinator.StepFailed(ATTEMPT, FAILURE),
        new ToCoordinator.Logged(JOB, -1, 1, ToCoordinator.LogStream.STDOUT, new byte[] {65}),
        new ToCoordinator.Logged(JOB, 7, 2, ToCoordinator.LogStream.STDERR, new byte[] {66}),
        new ToCoordinator.Holding(List.of(CLAIM)),
        new ToCoordinator.Draining(),
        new ToCoordinator.Leaving());
  }

  private static Outcomes mixed() {
    return new Outcomes(
        ATTEMPT,
        new Interval(5, 10),
        false,
        VALUES,
        new int[] {1, 4},
        new int[] {0, 0},
        new int[] {1, 2},
        List.of(FAILURE),
        123_456_789);
  }

  private static List<JobSpec> specs() {
    List<JobSpec> specs = new ArrayList<>();
    for (Program.Shape shape : Program.Shape.values()) {
      specs.add(spec(java(shape), new Inputs.Split()));
    }
    specs.add(spec(command(), new Inputs.None()));
    specs.add(spec(new Program.Io("sleep", Map.of("millis", "1")), new Inputs.Open()));
    specs.add(spec(command(), new Inputs.Range(-5, 1L << 40, 100)));
    specs.add(spec(command(), new Inputs.Listed(1L << 40)));
    specs.add(new JobSpec("r", "n", "u", command(), new Inputs.None(), Policy.DEFAULT));
    Program calls = new Program.Calls(List.of(BLOB), new byte[] {7}, 8, true);
    specs.add(new JobSpec("r", "n", "u", calls, new Inputs.Open(), Policy.DEFAULT, "session"));
    specs.add(spec(pipeline(), new Inputs.Range(0, 1L << 40, 1)));
    JobSpec.PartOf part = new JobSpec.PartOf(JOB, "second", 1);
    specs.add(new JobSpec("", "second", "u", command(), new Inputs.Open(), POLICY, "", part));
    return List.copyOf(specs);
  }

  private static List<Failure> failures() {
    List<Failure> failures = new ArrayList<>();
    failures.add(FAILURE);
    failures.add(
        new Failure(FailureKind.EXCEPTION, "a.E", "m", "s", null, null, "", new byte[] {5}, 3000));
    for (FailureKind kind : FailureKind.values()) {
      failures.add(Failure.of(kind, "why"));
    }
    return List.copyOf(failures);
  }

  private static JobSpec spec(Program program, Inputs inputs) {
    return new JobSpec("request", "name", "user", program, inputs, POLICY);
  }

  private static Program java(Program.Shape shape) {
    return new Program.Java(List.of(BLOB), "a.B", shape, Map.of("k", "v"));
  }

  private static Program pipeline() {
    return new Program.Pipeline(
        List.of(
            new Program.Pipeline.Stage("first", java(Program.Shape.IO), POLICY.flattening()),
            new Program.Pipeline.Stage("second", command(), POLICY),
            new Program.Pipeline.Stage("third", java(Program.Shape.JOB), Policy.DEFAULT)));
  }

  private static Program command() {
    return new Program.Command(List.of("echo", "{}", "{#}"), true, "/tmp", List.of(BLOB));
  }
}
