package io.muster.worker.engine;

import io.muster.protocol.AttemptId;
import io.muster.protocol.Inputs;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.worker.process.JvmSettings;
import io.muster.worker.process.Launch;
import io.muster.worker.wire.Api;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How many commands {@code true} an engine with two slots runs a second; a program, not a test. */
final class CommandRate {
  private static final int TASKS = 5_000;
  private static final int CHUNK = 50;

  private CommandRate() {}

  public static void main(String[] arguments) throws Exception {
    Launch.prepare();
    WorkFolder folder = WorkFolder.temporary();
    try (Engine engine =
        Engine.start(
            new EngineSettings(
                "rate-" + ProcessHandle.current().pid(),
                2,
                64 << 20,
                64 << 20,
                1 << 30,
                Duration.ZERO,
                folder,
                new JvmSettings(Path.of("/bin/false"), "", "", List.of(), List.of()),
                System.getenv()),
            new Api(List.of("127.0.0.1:1")))) {
      RecordedOutlet outlet = new RecordedOutlet(engine);
      engine.welcomed("journal", 1, outlet).get();
      for (int round = 1; round <= 3; round++) {
        System.out.printf("%.0f a second%n", TASKS / run(engine, outlet, round));
      }
    }
    folder.close();
  }

  private static double run(Engine engine, RecordedOutlet outlet, int round) throws Exception {
    JobId job = new JobId(round);
    engine.received(
        outlet,
        new ToWorker.Prepare(
            job,
            new JobSpec(
                "r" + round,
                "rate",
                "",
                new Program.Command(List.of("true"), false, "/", List.of()),
                new Inputs.Range(0, TASKS, 1),
                Policy.DEFAULT)));
    long began = System.nanoTime();
    for (int from = 0; from < TASKS; from += CHUNK) {
      engine.received(
          outlet,
          new ToWorker.Assign(
              new AttemptId(round, from + 1),
              job,
              new Interval(from, from + CHUNK),
              Values.NONE,
              new int[0]));
    }
    long done = 0;
    while (done < TASKS) {
      done += outlet.next(Outcomes.class).interval().size();
    }
    engine.received(outlet, new ToWorker.JobOver(job));
    return (System.nanoTime() - began) / 1e9;
  }
}
