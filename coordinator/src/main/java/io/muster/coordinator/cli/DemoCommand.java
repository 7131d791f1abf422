package io.muster.coordinator.cli;

import io.muster.client.LocalFile;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.JobState;
import io.muster.client.model.JobStatus;
import io.muster.client.model.TaskResult;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ProgramClass;
import io.muster.harness.UnusableProgramException;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a cluster of its own on this machine, two real jobs, and everything gone again. */
@Command(
    name = "demo",
    description = "Starts a small cluster here, runs two jobs on it and stops it again.",
    footerHeading = "%nExamples:%n",
    footer = "  muster demo")
final class DemoCommand implements Callable<Integer> {
  private static final long LIMIT = 1_000_000_000L;
  private static final String PRIMES = "50847534";
  private static final int WORKERS = 2;

  private final Surroundings machine;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  DemoCommand(Surroundings machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path examples = Jars.named("examples");
    int slots = Math.max(1, Runtime.getRuntime().availableProcessors() / WORKERS);
    try (DemoCluster cluster = DemoCluster.start(WORKERS, slots);
        CoordinatorApi api = new CoordinatorApi(List.of(cluster.api()))) {
      machine.say(
          "a coordinator and %d workers of %d %s run on this machine; %s shows them"
              .formatted(WORKERS, slots, slots == 1 ? "slot" : "slots", cluster.http()));
      countPrimes(api, examples);
      draw(api, examples);
    }
    machine.out().flush();
    return ExitCode.DONE.number();
  }

  private void countPrimes(CoordinatorApi api, Path examples) throws IOException {
    machine.say("counting the primes below " + Text.count(LIMIT) + " ...");
    Inputs range = new Inputs.Range(0, LIMIT, 1);
    String count = plain(api, run(api, examples, "PrimeCount", range, Map.of()));
    if (!count.equals(PRIMES)) {
      throw new Refused(
          ExitCode.JOB_DID_NOT_SUCCEED,
          "there are " + PRIMES + " primes below 10^9, and the job counted " + count);
    }
    machine.print("primes below 1,000,000,000: " + Text.count(Long.parseLong(count)));
    machine.out().flush();
  }

  private void draw(CoordinatorApi api, Path examples) throws IOException {
    machine.say("drawing the Mandelbrot set ...");
    JobId job = run(api, examples, "Mandelbrot", new Inputs.Split(), Map.of());
    byte[] picture = Base64.getDecoder().decode(plain(api, job));
    Path file = Files.createTempFile("mandelbrot", ".png");
    Files.write(file, picture);
    machine.print("picture of the Mandelbrot set: " + file);
  }

  private JobId run(
      CoordinatorApi api, Path jar, String name, Inputs inputs, Map<String, String> args)
      throws IOException {
    LocalFile shipped = LocalFile.of(jar);
    ProgramClass type = inspected(jar, "io.muster.examples." + name);
    LocalFile.upload(api, List.of(shipped));
    var program = new Program.Java(List.of(shipped.blob()), type.name(), type.shape(), args);
    JobSpec spec =
        new JobSpec(UUID.randomUUID().toString(), name, "demo", program, inputs, Policy.DEFAULT);
    JobId job = api.submit(spec, Collections.emptyIterator());
    JobStatus end = new Waiting(machine, api, null).end(job);
    if (end.state() != JobState.SUCCEEDED) {
      throw new Refused(ExitCode.JOB_DID_NOT_SUCCEED, "the demo's job did not succeed");
    }
    return job;
  }

  private static ProgramClass inspected(Path jar, String name) {
    try {
      return ProgramClass.inspect(List.of(jar), name);
    } catch (UnusableProgramException e) {
      throw new Refused(ExitCode.REFUSED, String.valueOf(e.getMessage()));
    }
  }

  private static String plain(CoordinatorApi api, JobId job) throws IOException {
    try (AnswerStream<TaskResult> results = api.results(job, false, false, 0)) {
      if (!results.hasNext()) {
        throw new Refused(ExitCode.JOB_DID_NOT_SUCCEED, "job " + job + " left no result");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      new ShownValues(api).plain(results.next().value(), bytes);
      return bytes.toString(StandardCharsets.UTF_8).strip();
    }
  }
}
