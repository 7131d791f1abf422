package io.muster.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToCoordinator.AttemptFailed;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.worker.process.JvmSettings;
import io.muster.worker.wire.Api;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine on which no JVM starts: whose fault that is, and what is said of it. */
class BrokenJavaTest {
  private static final JobId JOB = new JobId(1);
  private static final long MEMORY = 64 << 20;

  @TempDir Path folder;
  private Engine engine;
  private RecordedOutlet coordinator;

  @BeforeEach
  void startEngine() throws Exception {
    Path java =
        Files.createFile(
            folder.resolve("java"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        java,
        """
        #!/bin/sh
        echo 'Error occurred during initialization of VM'
        echo 'Could not reserve enough space'
        exit 1
        """);
    engine =
        Engine.start(
            new EngineSettings(
                UUID.randomUUID().toString(),
                1,
                MEMORY,
                MEMORY,
                1 << 30,
                Duration.ofSeconds(20),
                WorkFolder.at(folder.resolve("work")),
                new JvmSettings(java, "", "", List.of(), List.of()),
                System.getenv()),
            new Api(List.of("127.0.0.1:1")));
    coordinator = new RecordedOutlet(engine);
    engine.welcomed("journal", 1, coordinator).get();
  }

  @AfterEach
  void end() {
    engine.close();
  }

  private static Policy policy(long memory) {
    Policy usual = Policy.DEFAULT;
    return new Policy(
        usual.timeout(),
        usual.retries(),
        usual.crashLimit(),
        usual.maxFailures(),
        usual.chunk(),
        usual.limit(),
        usual.rate(),
        usual.priority(),
        memory,
        usual.where(),
        usual.env(),
        usual.logLimit(),
        usual.resultLimit(),
        usual.backoff(),
        usual.keys());
  }

  private Failure failure(long memory) throws InterruptedException {
    JobSpec spec =
        new JobSpec(
            "request",
            "a pool",
            "a user",
            new Program.Calls(List.of(), new byte[0], 0),
            new Inputs.Open(),
            policy(memory),
            "a session");
    engine.received(coordinator, new ToWorker.Prepare(JOB, spec));
    Values inputs =
        new Values(
            Encoding.JAVA,
            new byte[1],
            new int[] {1},
            List.of(),
            List.of(new Values.Head(0, new byte[1], null)));
    engine.received(
        coordinator,
        new ToWorker.Assign(new AttemptId(1, 1), JOB, new Interval(0, 1), inputs, new int[0]));
    return coordinator.next(AttemptFailed.class).failure();
  }

  @Test
  void isTheWorkersWhenTheJobAsksForNothingOfItsOwn() throws Exception {
    Failure failure = failure(0);
    assertThat(failure.kind()).isEqualTo(FailureKind.LOST);
    assertThat(failure.message())
        .contains("cannot start task processes here", "Could not reserve enough space");
  }

  @Test
  void isTheJobsWhenItAsksForMemoryOfItsOwn() throws Exception {
    Failure failure = failure(2 * MEMORY);
    assertThat(failure.kind()).isEqualTo(FailureKind.CRASH);
    assertThat(failure.message())
        .endsWith("exit code 1 before it was up: Could not reserve enough space");
  }
}
