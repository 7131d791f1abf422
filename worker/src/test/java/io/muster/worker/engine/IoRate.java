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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How long an engine takes for tasks that each wait 100 ms; a program, not a test. Arguments: how
 * many there are (100,000), and how many at once (20,000).
 */
final class IoRate {
  private static final int CHUNK = 1_000;

  private IoRate() {}

  public static void main(String[] arguments) throws Exception {
    int tasks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    int atOnce = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
    Launch.prepare();
    WorkFolder folder = WorkFolder.temporary();
    try (Engine engine =
        Engine.start(
            new EngineSettings(
                "rate-" + ProcessHandle.current().pid(),
                1,
                64 << 20,
                384 << 20,
                1 << 30,
                Duration.ZERO,
                folder,
                JvmSettings.ofThisJvm(System.getProperty("java.class.path"), List.of()),
                System.getenv()),
            new Api(List.of("127.0.0.1:1")))) {
      RecordedOutlet outlet = new RecordedOutlet(engine);
      engine.welcomed("journal", 1, outlet).get();
      for (int round = 1; round <= 4; round++) {
        double seconds = run(engine, outlet, round, tasks, atOnce);
        System.out.printf("%.2f s; %s%n", seconds, memory());
      }
    }
    folder.close();
  }

  private static double run(Engine engine, RecordedOutlet outlet, int round, int tasks, int atOnce)
      throws Exception {
    JobId job = new JobId(round);
    engine.received(
        outlet,
        new ToWorker.Prepare(
            job,
            new JobSpec(
                "r" + round,
                "rate",
                "",
                new Program.Io("sleep", Map.of("millis", "100")),
                new Inputs.Range(0, tasks, 1),
                Policy.DEFAULT)));
    long began = System.nanoTime();
    int sent = 0;
    int done = 0;
    int reports = 0;
    while (done < tasks) {
      while (sent < tasks && sent + CHUNK - done <= atOnce) {
        engine.received(
            outlet,
            new ToWorker.Assign(
                new AttemptId(round, sent + 1),
                job,
                new Interval(sent, sent + CHUNK),
                Values.NONE,
                new int[0]));
        sent += CHUNK;
      }
      done += (int) outlet.next(Outcomes.class).interval().size();
      reports++;
    }
    engine.received(outlet, new ToWorker.JobOver(job));
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.print(reports + " reports, ");
    return seconds;
  }

  /** Resident, of this JVM and its children. */
  private static String memory() throws IOException {
    StringBuilder text = new StringBuilder("this " + resident(ProcessHandle.current()));
    ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .forEach(child -> text.append(", child ").append(resident(child)));
    return text.toString();
  }

  private static String resident(ProcessHandle process) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MB")
          .findFirst()
          .orElse("?");
    } catch (IOException e) {
      return "gone";
    }
  }
}
