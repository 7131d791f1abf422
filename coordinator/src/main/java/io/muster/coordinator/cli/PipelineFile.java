package io.muster.coordinator.cli;

import io.muster.client.ClassInputs;
import io.muster.coordinator.cli.FileSection.Key;
import io.muster.protocol.Inputs;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Spelling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A job file with stages: which follows which, and what each runs. */
final class PipelineFile {
  /** What the file says once, beside the stages. */
  static final Set<String> OF_THE_WHOLE =
      Set.of("name", "range", "lines", "json", "wait", "within", "max-failures", "priority", "jar");

  /** Of these, what a stage may say for itself too. */
  private static final Set<String> OF_A_STAGE_TOO = Set.of("name", "max-failures", "jar");

  private static final Set<String> INPUTS = Set.of("range", "lines", "json");
  private static final String NAME = "name";

  /** Keys of a stage that are no options. */
  private static final Set<String> OWN =
      Set.of(NAME, JobFile.COMMAND, JobFile.FLATTEN, JobFile.AFTER);

  private final Map<String, FileSection> stages = new LinkedHashMap<>();
  private final FilePlace place;

  private PipelineFile(List<FileSection> stages, FilePlace place) {
    this.place = place;
    stages.forEach(this::add);
  }

  /**
   * A stage as its lines say it.
   *
   * @param options its own, and the file's jars if it names none
   */
  record Stage(String name, FileSection lines, SubmitOptions options, boolean flatten) {
    /**
     * What it runs; everything that is wrong with it is told with its line.
     *
     * @param first whether the inputs are the pipeline's
     * @param last whether what it gives are the results
     * @param given of the first stage; null: none were given
     */
    Ready ready(Surroundings machine, boolean first, boolean last, @Nullable Inputs given)
        throws IOException {
      try {
        options.check(!lines.command().isEmpty(), !first || given != null);
        ChosenProgram program = ChosenProgram.of(options, lines.command(), machine);
        refuseFlatten(program, last);
        return new Ready(this, program, program.stageInputs(first, given, options.chunk()));
      } catch (Refused e) {
        throw lines.placed(e, Set.of());
      }
    }

    private void refuseFlatten(ChosenProgram program, boolean last) {
      if (flatten && program.program() instanceof Program.Io io) {
        throw flattensNone(io.name() + " gives one output for each input");
      }
      if (flatten
          && last
          && program.program() instanceof Program.Java java
          && java.shape() == Program.Shape.JOB) {
        throw flattensNone("the last stage's reduce gives the one result of the pipeline");
      }
    }

    private static Refused flattensNone(String why) {
      return new Refused(ExitCode.WRONG_USAGE, "--flatten: " + why + "; leave it out");
    }
  }

  /** A stage that was looked at and can be submitted. */
  record Ready(Stage stage, ChosenProgram program, ClassInputs inputs) {
    /**
     * @param priority of the whole
     */
    Program.Pipeline.Stage toSubmit(int priority) {
      stage.options().priority = priority;
      Policy policy = stage.options().policy(inputs.chunk());
      return new Program.Pipeline.Stage(
          stage.name(), program.program(), stage.flatten() ? policy.flattening() : policy);
    }
  }

  /**
   * The stages in the order in which they run.
   *
   * @param jars those of the whole file
   */
  static List<Stage> stages(JobFile file, List<FileSection> sections, List<String> jars) {
    if (sections.isEmpty()) {
      throw file.stagesAt().wrong("'stages' is empty: '- name: …' begins each");
    }
    PipelineFile read = new PipelineFile(sections, file.stagesAt());
    return read.inOrder().stream().map(name -> read.stage(name, jars)).toList();
  }

  /** Refuses what belongs to a stage. */
  static void checkWhole(FileSection whole) {
    whole
        .keys()
        .forEach(
            (name, key) -> {
              if (!OF_THE_WHOLE.contains(name)) {
                throw key.at().wrong("'" + name + "' belongs to a stage: write it below its name");
              }
            });
  }

  private void add(FileSection section) {
    String name = section.text(NAME).orElse("");
    if (name.isBlank()) {
      throw section.at(NAME).wrong("a stage without a name: give it 'name: …'");
    }
    FileSection before = stages.put(name, section);
    if (before != null) {
      throw section
          .at(NAME)
          .wrong(
              "a second stage '"
                  + name
                  + "', the first is in line "
                  + before.at(NAME).line()
                  + ": give each a name of its own");
    }
    section
        .keys()
        .forEach(
            (key, value) -> {
              if (OF_THE_WHOLE.contains(key) && !OF_A_STAGE_TOO.contains(key)) {
                throw value.at().wrong(elsewhere(key));
              }
            });
  }

  private static String elsewhere(String key) {
    return INPUTS.contains(key)
        ? "'"
            + key
            + "' in a stage, which gets its inputs from the one before:"
            + " write it above 'stages', for the first one"
        : "'" + key + "' is about the whole pipeline: write it above 'stages'";
  }

  private Stage stage(String name, List<String> jars) {
    FileSection lines = section(name);
    SubmitOptions options = lines.options(OWN);
    if (options.jars.isEmpty() && options.task != null) {
      options.jars = jars;
    }
    return new Stage(name, lines, options, lines.isTrue(JobFile.FLATTEN));
  }

  private FileSection section(String name) {
    FileSection found = stages.get(name);
    if (found == null) {
      throw new IllegalStateException("no stage " + name);
    }
    return found;
  }

  /** The one chain that all stages make up. */
  private List<String> inOrder() {
    Map<String, String> before = predecessors();
    refuseCircles(before);
    Map<String, String> behind = new HashMap<>();
    before.forEach(
        (stage, earlier) -> {
          String other = behind.put(earlier, stage);
          if (other != null) {
            throw section(stage)
                .at(section(stage).keys().containsKey(JobFile.AFTER) ? JobFile.AFTER : NAME)
                .wrong(
                    "stages '"
                        + other
                        + "' and '"
                        + stage
                        + "' both come after '"
                        + earlier
                        + "': a pipeline is one chain, let one come after the other");
          }
        });
    List<String> order = new ArrayList<>();
    String next = stages.keySet().iterator().next();
    while (next != null) {
      order.add(next);
      next = behind.get(next);
    }
    return order;
  }

  /** For each stage the one before it; the first has none. */
  private Map<String, String> predecessors() {
    Map<String, String> before = new LinkedHashMap<>();
    String above = null;
    for (Map.Entry<String, FileSection> stage : stages.entrySet()) {
      Key after = stage.getValue().keys().get(JobFile.AFTER);
      String earlier = after == null ? above : after.values().get(0).text();
      if (earlier != null) {
        if (!stages.containsKey(earlier)) {
          throw stage.getValue().place(JobFile.AFTER).wrong(noStage(earlier));
        }
        before.put(stage.getKey(), earlier);
      }
      above = stage.getKey();
    }
    return before;
  }

  private String noStage(String name) {
    return stages.keySet().stream()
        .filter(each -> Spelling.distance(name, each) <= 2)
        .findFirst()
        .map(each -> "there is no stage '" + name + "': did you mean '" + each + "'?")
        .orElse(
            "there is no stage '" + name + "'; there are " + String.join(", ", stages.keySet()));
  }

  private void refuseCircles(Map<String, String> before) {
    for (String stage : stages.keySet()) {
      List<String> way = new ArrayList<>();
      String at = stage;
      while (at != null && !way.contains(at)) {
        way.add(0, at);
        at = before.get(at);
      }
      if (at != null) {
        List<String> circle = way.subList(0, way.indexOf(at) + 1);
        Collections.rotate(circle, 1); // the stage that was met again stands first
        throw circle(circle);
      }
    }
  }

  /**
   * @param names each comes before the next, the last before the first
   */
  private Refused circle(List<String> names) {
    String way =
        names.stream().map(each -> "'" + each + "'").collect(Collectors.joining(" → "))
            + " → '"
            + names.get(0)
            + "'";
    FilePlace at =
        stages.entrySet().stream()
            .filter(stage -> names.contains(stage.getKey()))
            .filter(stage -> stage.getValue().keys().containsKey(JobFile.AFTER))
            .map(stage -> stage.getValue().at(JobFile.AFTER))
            .findFirst()
            .orElse(place);
    return at.wrong(
        "stages in a circle: "
            + way
            + "; without 'after' a stage comes after the one above it, and the first has none");
  }
}
