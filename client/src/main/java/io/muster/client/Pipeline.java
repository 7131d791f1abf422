package io.muster.client;

import static io.muster.client.JobRequest.refuse;

import io.muster.client.JobRequest.Form;
import io.muster.client.JobRequest.Given;
import io.muster.client.JobRequest.Objects;
import io.muster.client.JobRequest.Range;
import io.muster.protocol.Policy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in a row, submitted as one: what a stage gives is the next one's input, as it comes. The
 * same as a job file with {@code stages}.
 *
 * <pre>{@code
 * JobHandle job = muster.submit(
 *     Pipeline.lines(urls)
 *         .stage("fetch", JobRequest.io("http-get").limitPerKey(10).retries(2))
 *         .stage("parse", JobRequest.task(Parse.class)).flatten()
 *         .stage("check", JobRequest.task(Check.class).timeout(Duration.ofSeconds(30)))
 *         .build());
 * }</pre>
 *
 * <p>It begins with its inputs; without inputs, with {@link #stage} itself, whose one task makes
 * some. A task that fails costs its own line and no other. A stage that is behind slows those
 * before it. Results come in the order of the first stage's inputs; {@link TaskValue#task} says of
 * which one a result is.
 */
public final class Pipeline {
  /**
   * @param flatten whether what a task gives is a list of outputs
   */
  record Stage(String name, JobRequest request, boolean flatten) {
    boolean isCommand() {
      return request.work() instanceof JobRequest.OfCommand;
    }

    boolean isBuiltIn() {
      return request.work() instanceof JobRequest.OfIo;
    }
  }

  private final @Nullable Given given;
  private final List<Stage> stages;
  private final @Nullable String name;
  private final long maxFailures;
  private final int priority;

  private Pipeline(Builder from) {
    given = from.given;
    stages = List.copyOf(from.stages);
    name = from.name;
    maxFailures = from.maxFailures;
    priority = from.priority;
  }

  /** Null: none were given. */
  @Nullable Given given() {
    return given;
  }

  /** In their order, one at least. */
  List<Stage> stages() {
    return stages;
  }

  /** Null: it is called after its stages. */
  @Nullable String name() {
    return name;
  }

  /** What holds for all of it. */
  Policy policy() {
    return of(Policy.DEFAULT, maxFailures, 0);
  }

  /** How the tasks of a stage are run. */
  Policy policy(Stage stage, long chunk) {
    Policy own = stage.request().policy();
    Policy policy = of(own, own.maxFailures(), chunk);
    return stage.flatten() ? policy.flattening() : policy;
  }

  private Policy of(Policy policy, long failures, long chunk) {
    return new Policy(
        policy.timeout(),
        policy.retries(),
        policy.crashLimit(),
        failures,
        chunk,
        policy.limit(),
        policy.rate(),
        priority,
        policy.memory(),
        policy.where(),
        policy.env(),
        policy.logLimit(),
        policy.resultLimit(),
        policy.backoff(),
        policy.keys());
  }

  /**
   * The first stage's inputs: the integers from {@code from} up to but not including {@code until}.
   */
  public static Builder range(long from, long until) {
    return new Builder(new Range(from, until));
  }

  /**
   * The first stage's inputs: these objects, in Java serialization; so are what the stages give and
   * the results. Classes only, then: no commands, no built-in I/O tasks.
   */
  public static Builder inputs(Collection<?> objects) {
    return new Builder(Objects.of(Form.JAVA, objects));
  }

  /** The same, of any number; they pass by once, see {@link JobRequest.Builder#inputs(Stream)}. */
  public static Builder inputs(Stream<?> objects) {
    return new Builder(Objects.of(Form.JAVA, objects));
  }

  /**
   * The first stage's inputs: these objects as JSON; so are what the stages give and the results.
   */
  public static Builder json(Collection<?> objects) {
    return new Builder(Objects.of(Form.JSON, objects));
  }

  /** The same, of any number; they pass by once, see {@link JobRequest.Builder#inputs(Stream)}. */
  public static Builder json(Stream<?> objects) {
    return new Builder(Objects.of(Form.JSON, objects));
  }

  /** The first stage's inputs: these texts. */
  public static Builder lines(Collection<String> texts) {
    return new Builder(Objects.of(Form.LINES, texts));
  }

  /** The same, of any number; they pass by once, see {@link JobRequest.Builder#inputs(Stream)}. */
  public static Builder lines(Stream<String> texts) {
    return new Builder(Objects.of(Form.LINES, texts));
  }

  /**
   * A first stage without inputs: one task, which makes those of the second. It mostly {@link
   * Builder#flatten flattens}.
   */
  public static Builder stage(String name, JobRequest.Builder request) {
    return new Builder(null).stage(name, request);
  }

  /**
   * Gathers stages. What can't be meant is refused at once with an {@link IllegalArgumentException}
   * of one line. One thread.
   */
  public static final class Builder {
    private final @Nullable Given given;
    private final List<Stage> stages = new ArrayList<>();
    private @Nullable String name;
    private long maxFailures = Policy.DEFAULT.maxFailures();
    private int priority = Policy.DEFAULT.priority();

    private Builder(@Nullable Given given) {
      this.given = given;
    }

    /**
     * One more stage: a class, a command or an I/O task, run on each output of the stage before. A
     * {@code Job} runs on each too, does not split, and reduces all to one when the stages before
     * are through; its reduce needs all of them, so it does not begin where tasks have failed. (As
     * the first stage of a pipeline without inputs it does split.)
     *
     * @param title by which progress and failures name it
     * @param request what it runs and how, without inputs
     */
    public Builder stage(String title, JobRequest.Builder request) {
      refuse(title.isBlank(), "a stage has a name: stage(\"parse\", …)");
      refuse(
          stages.stream().anyMatch(stage -> stage.name().equals(title)),
          "two stages are called '%s': give each a name of its own",
          title);
      try {
        stages.add(new Stage(title, request.stage(), false));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("stage '" + title + "': " + e.getMessage(), e);
      }
      return this;
    }

    /**
     * What the last stage's tasks give is a list, of none or many: a {@code Collection}, {@code
     * Stream}, array or {@code Optional} of a class (of a {@code Job}: its reduce), the lines of a
     * command. Each entry is an input of the next stage, or a result.
     */
    public Builder flatten() {
      refuse(stages.isEmpty(), "flatten() is about the stage before it: say that first");
      Stage last = stages.remove(stages.size() - 1);
      refuse(
          last.isBuiltIn(),
          "stage '%s': a built-in I/O task gives one output for each input: none to flatten",
          last.name());
      stages.add(new Stage(last.name(), last.request(), true));
      return this;
    }

    /** What people see in lists; else it is called after its stages. */
    public Builder name(String text) {
      name = text;
      return this;
    }

    /** Failed tasks, of all stages together, at which the rest is cancelled; 0: never (0). */
    public Builder maxFailures(long tasks) {
      refuse(tasks < 0, "maxFailures: not negative: %d", tasks);
      maxFailures = tasks;
      return this;
    }

    /** Higher runs first (0). */
    public Builder priority(int level) {
      priority = level;
      return this;
    }

    /**
     * The pipeline that was described.
     *
     * @throws IllegalArgumentException when its parts don't go together; one line
     */
    public Pipeline build() {
      refuse(stages.isEmpty(), "a pipeline has a stage at least: stage(\"parse\", …)");
      refuse(
          given == null
              && stages.get(0).request().work() instanceof JobRequest.OfCommand first
              && first.stdin(),
          "stdin needs inputs: begin the pipeline with range, lines or json");
      if (given instanceof Objects objects && objects.form() == Form.JAVA) {
        for (Stage stage : stages) {
          refuse(
              stage.isCommand() || stage.isBuiltIn(),
              "stage '%s' can't read Java objects: begin the pipeline with json or lines",
              stage.name());
        }
      }
      return new Pipeline(this);
    }
  }
}
