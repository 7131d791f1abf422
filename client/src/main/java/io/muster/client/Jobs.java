package io.muster.client;

import io.muster.client.JobRequest.Form;
import io.muster.client.model.ClusterException;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ClientValues;
import io.muster.harness.ProgramClass;
import io.muster.harness.UnusableProgramException;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The submitted jobs of one client. Any thread. */
final class Jobs implements AutoCloseable {
  /** For how long a submission, and who follows a job, go on without a coordinator. */
  static final Duration AWAY_AT_MOST = Duration.ofMinutes(5);

  /** The code of the calling program. */
  interface Code {
    /** Uploads what the cluster lacks of it; gives the class path in its order. */
    List<BlobRef> upload(CoordinatorApi api) throws IOException;
  }

  private final CoordinatorApi api;
  private final Code code;
  private final ClassLoader loader;
  private final @Nullable ObjectInputFilter filter;
  private final JobWatches watches = new JobWatches();

  /**
   * @param loader knows the classes of results
   * @param filter what of results may be read; null: what the JVM's own allows
   */
  Jobs(CoordinatorApi api, Code code, ClassLoader loader, @Nullable ObjectInputFilter filter) {
    this.api = api;
    this.code = code;
    this.loader = loader;
    this.filter = filter;
  }

  /**
   * Submits a job; returns when it is durable. When the coordinator goes away meanwhile it is sent
   * again, and is one job all the same.
   *
   * @throws IllegalArgumentException when the class can't be run, or its inputs don't suit it
   * @throws UncheckedIOException when code or files that it needs can't be read
   * @throws ClusterException when the cluster does not take it
   */
  JobHandle submit(JobRequest request) {
    try {
      return handle(submission(request).send(api, AWAY_AT_MOST));
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * A job that was submitted before, by whoever.
   *
   * @throws ClusterException.NotFound when there is none of that number
   */
  JobHandle job(long id) {
    if (id < 1) {
      throw new ClusterException.NotFound("there is no job " + id);
    }
    JobHandle handle = handle(new JobId(id));
    var unused = handle.status();
    return handle;
  }

  private JobHandle handle(JobId id) {
    return new JobHandle(api, id, new JobValues(api, loader, filter), watches);
  }

  /** The same for jobs in a row, which are one job. */
  JobHandle submit(Pipeline pipeline) {
    try {
      return handle(submission(pipeline).send(api, AWAY_AT_MOST));
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  private Submission submission(Pipeline pipeline) throws IOException {
    List<BroughtStage> stages = new ArrayList<>();
    for (Pipeline.Stage stage : pipeline.stages()) {
      boolean last = stages.size() == pipeline.stages().size() - 1;
      stages.add(brought(stage, stages.isEmpty(), last, inputs(pipeline.given())));
    }
    String name = pipeline.name();
    return new Submission(
        name == null
            ? Submission.nameOfStages(pipeline.stages().stream().map(Pipeline.Stage::name).toList())
            : name,
        cluster -> bring(cluster, pipeline, stages),
        stages.get(0).inputs().inputs(),
        pipeline.policy(),
        values(pipeline.given(), pipeline.stages().get(0).request().work()));
  }

  /**
   * @param inputs of the first the pipeline's
   */
  private record BroughtStage(Pipeline.Stage stage, Submission.Needs needs, ClassInputs inputs) {}

  private BroughtStage brought(
      Pipeline.Stage stage, boolean first, boolean last, @Nullable Inputs given)
      throws IOException {
    try {
      Chosen chosen = chosen(stage.request());
      ProgramClass type = chosen.type();
      if (last && stage.flatten() && type != null && type.shape() == Program.Shape.JOB) {
        throw new IllegalArgumentException(
            "the last stage's reduce gives the one result of the pipeline: leave flatten() out");
      }
      return new BroughtStage(
          stage, chosen.needs(), stageInputs(type, first, given, stage.request().chunk()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("stage '" + stage.name() + "': " + e.getMessage(), e);
    }
  }

  private static ClassInputs stageInputs(
      @Nullable ProgramClass type, boolean first, @Nullable Inputs given, long chunk) {
    if (type == null) {
      return new ClassInputs(given == null ? new Inputs.None() : given, chunk);
    }
    try {
      return ClassInputs.ofStage(type, first, given, chunk);
    } catch (ClassInputs.MisfitException e) {
      throw misfit(type, e);
    }
  }

  private static Program.Pipeline bring(
      CoordinatorApi cluster, Pipeline pipeline, List<BroughtStage> stages) throws IOException {
    List<Program.Pipeline.Stage> programs = new ArrayList<>();
    for (BroughtStage each : stages) {
      Pipeline.Stage stage = each.stage();
      programs.add(
          new Program.Pipeline.Stage(
              stage.name(),
              each.needs().bring(cluster),
              pipeline.policy(stage, each.inputs().chunk())));
    }
    return new Program.Pipeline(programs);
  }

  private Submission submission(JobRequest request) throws IOException {
    Chosen chosen = chosen(request);
    ProgramClass type = chosen.type();
    ClassInputs inputs = type == null ? anyInputs(request) : inputs(request, type);
    String said = request.name();
    return new Submission(
        said == null ? chosen.name() : said,
        chosen.needs(),
        inputs.inputs(),
        withChunk(request.policy(), inputs.chunk()),
        values(request.given(), request.work()));
  }

  /**
   * What a job, or a stage, runs.
   *
   * @param name what it is called if nobody says
   * @param type null: it is no class
   */
  private record Chosen(String name, Submission.Needs needs, @Nullable ProgramClass type) {}

  private Chosen chosen(JobRequest request) throws IOException {
    JobRequest.Work work = request.work();
    if (work instanceof JobRequest.OfCommand command) {
      return new Chosen(Submission.nameOf(command.argv()), needs(command), null);
    }
    if (work instanceof JobRequest.OfIo io) {
      var program = new Program.Io(io.name(), request.args());
      return new Chosen(io.name(), Submission.Needs.files(program, List.of()), null);
    }
    ProgramClass type = inspected(work);
    if (type.shape() != Program.Shape.IO && !request.policy().keys().equals(Policy.Keys.DEFAULT)) {
      throw new IllegalArgumentException(
          "limitPerKey and circuit are about keys of I/O tasks; class " + type.name() + " is none");
    }
    return new Chosen(Submission.nameOf(type), needs(work, type, request.args()), type);
  }

  private static Policy withChunk(Policy policy, long chunk) {
    return new Policy(
        policy.timeout(),
        policy.retries(),
        policy.crashLimit(),
        policy.maxFailures(),
        chunk,
        policy.limit(),
        policy.rate(),
        policy.priority(),
        policy.memory(),
        policy.where(),
        policy.env(),
        policy.logLimit(),
        policy.resultLimit(),
        policy.backoff(),
        policy.keys());
  }

  private static ProgramClass inspected(JobRequest.Work work) {
    try {
      if (work instanceof JobRequest.OfClass ofClass) {
        Class<?> type = ofClass.type();
        return ProgramClass.find(type.getClassLoader(), List.of(), type.getName());
      }
      JobRequest.OfJars ofJars = (JobRequest.OfJars) work;
      return ProgramClass.inspect(ofJars.jars(), ofJars.className());
    } catch (UnusableProgramException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private Submission.Needs needs(JobRequest.Work work, ProgramClass type, Map<String, String> args)
      throws IOException {
    if (work instanceof JobRequest.OfJars ofJars) {
      List<LocalFile> jars = files(ofJars.jars());
      return Submission.Needs.files(java(blobs(jars), type, args), jars);
    }
    return cluster -> java(code.upload(cluster), type, args);
  }

  private static Program java(List<BlobRef> jars, ProgramClass type, Map<String, String> args) {
    return new Program.Java(jars, type.name(), type.shape(), args);
  }

  private static Submission.Needs needs(JobRequest.OfCommand command) throws IOException {
    List<LocalFile> with = files(command.with());
    Path cwd = command.cwd();
    var program =
        new Program.Command(
            command.argv(), command.stdin(), cwd == null ? "" : cwd.toString(), blobs(with));
    return Submission.Needs.files(program, with);
  }

  private static List<BlobRef> blobs(List<LocalFile> files) {
    return files.stream().map(LocalFile::blob).toList();
  }

  private static List<LocalFile> files(List<Path> paths) throws IOException {
    List<LocalFile> files = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path path : paths) {
      if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
        throw new IllegalArgumentException("not a file that can be read: " + path);
      }
      if (!names.add(String.valueOf(path.getFileName()))) {
        throw new IllegalArgumentException("two files are called " + path.getFileName());
      }
      files.add(LocalFile.of(path));
    }
    return files;
  }

  private static @Nullable Inputs inputs(JobRequest.@Nullable Given given) {
    if (given instanceof JobRequest.Range range) {
      return new Inputs.Range(range.from(), range.until(), 1);
    }
    return given == null ? null : new Inputs.Listed(0); // the coordinator counts them
  }

  private static ClassInputs anyInputs(JobRequest request) {
    Inputs given = inputs(request.given());
    return new ClassInputs(given == null ? new Inputs.None() : given, request.chunk());
  }

  private static ClassInputs inputs(JobRequest request, ProgramClass type) {
    try {
      return ClassInputs.of(type, inputs(request.given()), request.chunk());
    } catch (ClassInputs.MisfitException e) {
      throw misfit(type, e);
    }
  }

  private static IllegalArgumentException misfit(
      ProgramClass type, ClassInputs.MisfitException misfit) {
    String what =
        switch (misfit.misfit()) {
          case SPLITS_ITSELF -> "splits itself: no range, inputs, json or lines";
          case TAKES_A_RANGE -> "is a range task: give it range(from, until)";
          case TAKES_A_CHUNK -> "does not combine: chunk(n) says how long its pieces are";
          case GIVES_ONE_RESULT ->
              "is a range task that combines to one result, and a stage gives one for each input:"
                  + " leave Combine out, or make it a Task";
          case NOT_ONE_BY_ONE ->
              "is a range task, and inputs come one by one from the stage before: make it a Task";
        };
    return new IllegalArgumentException("class " + type.name() + " " + what, misfit);
  }

  /**
   * @param work what reads them
   */
  private static InputValues values(JobRequest.@Nullable Given given, JobRequest.Work work) {
    if (!(given instanceof JobRequest.Objects objects)) {
      return InputValues.NONE;
    }
    boolean plain = objects.form() == Form.LINES && work instanceof JobRequest.OfCommand;
    Encoding encoding =
        plain ? Encoding.BYTES : objects.form() == Form.JAVA ? Encoding.JAVA : Encoding.JSON;
    Iterable<byte[]> bytes = () -> new Encoded(encoding, objects.each().iterator());
    return new InputValues.Given(encoding, objects.again(), bytes);
  }

  /** Objects as inputs, one by one as they are sent. */
  private static final class Encoded implements Iterator<byte[]> {
    private final Encoding encoding;
    private final Iterator<?> objects;
    private long index;

    Encoded(Encoding encoding, Iterator<?> objects) {
      this.encoding = encoding;
      this.objects = objects;
    }

    @Override
    public boolean hasNext() {
      return objects.hasNext();
    }

    @Override
    public byte[] next() {
      Object object = objects.next();
      String what = "input " + index++;
      return switch (encoding) {
        case JSON -> ClientValues.json(what, object);
        case JAVA -> ClientValues.java(what, object);
        case BYTES -> String.valueOf(object).getBytes(StandardCharsets.UTF_8);
      };
    }
  }

  /** Ends what follows jobs; the jobs go on. */
  @Override
  public void close() {
    watches.close();
  }
}
