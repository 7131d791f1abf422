package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.cli.Shell.Run;
import io.muster.protocol.wire.PairsWire;
import io.muster.protocol.wire.v1.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job file with stages becomes, and the one line for everything that is wrong in it. */
class PipelineFileTest {
  private static final String WORDS = StageClasses.named(StageClasses.Words.class);
  private static final String ASK = StageClasses.named(StageClasses.Ask.class);
  private static final String COUNT = StageClasses.named(StageClasses.Count.class);
  private static final String PIECE = StageClasses.named(StageClasses.Piece.class);
  private static final String SUM = StageClasses.named(StageClasses.Sum.class);

  @TempDir Path folder;

  private final ScriptedCluster cluster = new ScriptedCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Run submit(String file, String... options) throws IOException {
    return fed("", file, options);
  }

  private Run fed(String input, String file, String... options) throws IOException {
    Files.writeString(folder.resolve("job.yaml"), file);
    StageClasses.pack(folder.resolve("my.jar"));
    List<String> arguments = new ArrayList<>(List.of("submit", "--file", "job.yaml"));
    arguments.addAll(List.of(options));
    return new Shell(folder)
        .fed(input, Map.of("MUSTER_API", cluster.address()), arguments.toArray(String[]::new));
  }

  /** Where the error is and what it says. */
  private void refuses(String file, int line, int column, String words) throws IOException {
    refuses(2, file, line, column, words);
  }

  private void refuses(int code, String file, int line, int column, String words)
      throws IOException {
    Run run = submit(file);
    run.refuses(code, words);
    assertThat(run.err())
        .startsWith("muster: job.yaml: line " + line + ", column " + column + ": ");
    assertThat(cluster.submitted).isEmpty();
  }

  private JobSpec submitted() {
    assertThat(cluster.submitted).hasSize(1);
    return cluster.submitted.get(0);
  }

  @Test
  void everyKindOfStageIsSubmittedAtOnceWithTheInputsOfTheFirst() throws IOException {
    String file =
        """
        name: the words
        jar: my.jar
        max-failures: 9
        priority: 3
        lines: "-"
        stages:
          - name: fetch
            io: http-get
            limit-per-key: 4
            retries: 2
            arg: {timeout: 500}
          - name: words
            task: %s
            flatten: true
            timeout: 30s
          - name: ask
            task: %s
            jar: [my.jar]
            circuit: 0
          - name: shout
            command: [tr, a-z, A-Z]
            stdin: true
            flatten: true
          - name: count
            task: %s
        """
            .formatted(WORDS, ASK, COUNT);
    fed("http://a/\nhttp://b/\n", file).exits(0).prints("7\n");
    JobSpec spec = submitted();
    assertThat(spec.getName()).isEqualTo("the words");
    assertThat(spec.getPolicy().getMaxFailures()).isEqualTo(9);
    assertThat(spec.getPolicy().getPriority()).isEqualTo(3);
    assertThat(spec.hasListed()).isTrue();
    assertThat(cluster.inputs).containsExactly("\"http://a/\"", "\"http://b/\"");
    List<JobSpec> stages = spec.getPipeline().getStagesList();
    assertThat(stages)
        .extracting(JobSpec::getName)
        .containsExactly("fetch", "words", "ask", "shout", "count");
    assertThat(stages)
        .extracting(stage -> stage.getPolicy().getFlatten())
        .containsExactly(false, true, false, true, false);
    assertThat(stages.get(0).getIo().getName()).isEqualTo("http-get");
    assertThat(PairsWire.fromProto(stages.get(0).getIo().getArgsList()))
        .containsEntry("timeout", "500");
    assertThat(stages).extracting(stage -> stage.getPolicy().getPriority()).containsOnly(3);
    assertThat(stages.get(0).getPolicy().getRetries()).isEqualTo(2);
    assertThat(stages.get(0).getPolicy().getLimitPerKey()).isEqualTo(4);
    assertThat(stages.get(1).getPolicy().getTimeoutNanos()).isEqualTo(30_000_000_000L);
    assertThat(stages.get(1).getJava().getClassName()).isEqualTo(WORDS.replace("s.W", "s$W"));
    assertThat(stages.get(2).getPolicy().getCircuit()).isZero();
    assertThat(stages.get(3).getCommand().getArgvList()).containsExactly("tr", "a-z", "A-Z");
    assertThat(stages.get(3).getCommand().getStdin()).isTrue();
    assertThat(cluster.stored).as("the jar travels once").hasSize(1);
  }

  @Test
  void theFirstStageMayTakeARangeOrSplitItself() throws IOException {
    String file = "jar: my.jar\nstages:\n  - {name: a, chunk: 10, task: %s}\n";
    submit("range: 0..100\n" + file.formatted(PIECE)).exits(0);
    assertThat(cluster.submitted.get(0).getRange().getPiece()).isEqualTo(10);
    submit(file.formatted(COUNT)).exits(0);
    assertThat(cluster.submitted.get(1).hasSplit()).isTrue();
    submit("range: 0..100\n" + file.formatted(COUNT)).exits(0);
    assertThat(cluster.submitted.get(2).hasRange()).isTrue();
  }

  @Test
  void stagesMayStandInAnyOrderBehindTheFirst() throws IOException {
    submit(
            """
            range: 0..10
            stages:
              - name: a
                command: [echo, "{}"]
              - {name: d, after: c, command: [cat]}
              - {name: c, after: b, command: [cat]}
              - {name: b, after: a, command: [cat]}
            """)
        .exits(0);
    assertThat(submitted().getName()).isEqualTo("a → b → c → d");
    assertThat(submitted().getPipeline().getStagesList())
        .extracting(JobSpec::getName)
        .containsExactly("a", "b", "c", "d");
    assertThat(submitted().getRange().getUntil()).isEqualTo(10);
  }

  @Test
  void theCommandLineSaysWhatIsAboutTheWhole() throws IOException {
    String file = "range: 0..10\nstages:\n  - {name: a, command: [echo]}\n";
    Files.writeString(folder.resolve("in.txt"), "x\n");
    submit(file, "--name", "mine", "--max-failures", "2").exits(0);
    assertThat(submitted().getName()).isEqualTo("mine");
    assertThat(submitted().getPolicy().getMaxFailures()).isEqualTo(2);
    submit(file, "--retries", "2").refuses(2, "--retries belongs to one stage");
    submit(file, "--", "echo").refuses(2, "no command behind --");
    submit(file, "--lines", "none.txt").refuses(2, "at most one of range");
    submit("stages:\n  - {name: a, command: [echo]}\n", "--lines", "none.txt")
        .refuses(4, "muster: --lines: no such file: none.txt");
  }

  @Test
  void aTypoIsNamedWithItsPlaceAndWhatWasMeant() throws IOException {
    refuses(
        "stages:\n  - name: a\n    comand: [echo]\n",
        3,
        5,
        "unknown key 'comand': did you mean 'command'?");
    refuses("stagse: []\n", 1, 1, "unknown key 'stagse': did you mean 'stages'?");
    refuses(
        "stages:\n  - name: a\n    max_failure: 2\n",
        3,
        5,
        "unknown key 'max_failure': did you mean 'max-failures'?");
    refuses(
        "stages:\n  - name: a\n    many: true\n",
        3,
        5,
        "unknown key 'many'; keys are the long options of submit ('muster submit --help'),"
            + " 'command', 'flatten', 'after'");
  }

  @Test
  void aWrongValueIsNamedWithItsPlace() throws IOException {
    String stage = "stages:\n  - name: a\n    command: [echo]\n    ";
    refuses(stage + "retries: often\n", 4, 14, "'retries': 'often' is not an int");
    refuses(stage + "retries: -1\n", 4, 14, "retries: not negative: -1");
    refuses(stage + "timeout: 5\n", 4, 14, "'5' is not a duration");
    refuses(stage + "flatten: maybe\n", 4, 14, "'flatten' is true or false");
    refuses(stage + "retries: [1, 2]\n", 4, 14, "'retries' has one value, not a list");
    refuses(stage + "retries: {a: 2}\n", 4, 14, "'retries' has plain values");
    refuses(stage + "retries:\n", 4, 13, "'retries' has no plain value");
    refuses(stage + "env: {A: 1, B: [x]}\n", 4, 20, "'env: B' has no plain value");
    refuses(stage + "env: [A=1, B]\n", 4, 16, "B");
    refuses(stage + "retries: *often\n", 4, 14, "an alias (*often): write the value itself");
    refuses("range: 5..1\nstages:\n  - name: a\n    command: [a]\n", 1, 8, "upside down");
  }

  @Test
  void aKeyThatIsThereTwiceIsNamed() throws IOException {
    refuses(
        "stages:\n  - name: a\n    command: [echo]\n    retries: 1\n    retries: 2\n",
        5,
        5,
        "'retries' is there twice, in line 4 before");
    refuses("name: a\nname: b\n", 2, 1, "'name' is there twice, in line 1 before");
    refuses("stages: [{name: a, command: [a]}]\nstages: []\n", 2, 1, "'stages' is there twice");
    refuses("env: {A: 1, A: 2}\n", 1, 13, "'A' is there twice in 'env'");
  }

  @Test
  void whatIsNoJobFileIsNamed() throws IOException {
    refuses("", 1, 1, "a job is 'option: value' lines");
    refuses("- name: a\n", 1, 1, "a job is 'option: value' lines");
    refuses("name: a\n\tretries: 1\n", 2, 1, "not YAML: ");
    refuses("name: a\n---\nname: b\n", 3, 1, "a second document");
    refuses("stages: a\n", 1, 9, "'stages' is a list");
    refuses("stages: []\n", 1, 1, "'stages' is empty");
    refuses("stages: [a]\n", 1, 10, "a stage is 'option: value' lines");
    refuses("command: echo\n", 1, 10, "'command' is a list");
    refuses("command: []\n", 1, 1, "'command' is empty");
  }

  @Test
  void stagesWithoutANameOrWithTheSameAreNamed() throws IOException {
    refuses("stages:\n  - command: [echo]\n", 2, 5, "a stage without a name");
    refuses(
        "stages:\n  - {name: a, command: [a]}\n  - {name: a, command: [b]}\n",
        3,
        6,
        "a second stage 'a', the first is in line 2");
  }

  @Test
  void aCircleOfStagesIsToldByTheirNames() throws IOException {
    refuses(
        """
        stages:
          - {name: a, command: [a]}
          - {name: b, after: c, command: [b]}
          - {name: c, command: [c]}
        """,
        3,
        15,
        "stages in a circle: 'b' → 'c' → 'b'; without 'after' a stage comes after the one above");
    refuses(
        "stages:\n  - {name: a, after: c, command: [a]}\n"
            + "  - {name: b, command: [a]}\n  - {name: c, command: [a]}\n",
        2,
        15,
        "stages in a circle: 'a' → 'b' → 'c' → 'a'");
    refuses(
        "stages:\n  - {name: a, command: [a]}\n  - {name: b, after: b, command: [a]}\n",
        3,
        15,
        "stages in a circle: 'b' → 'b'");
  }

  @Test
  void stagesThatAreNoChainAreNamed() throws IOException {
    refuses(
        """
        stages:
          - {name: a, command: [a]}
          - {name: b, command: [b]}
          - {name: c, after: a, command: [c]}
        """,
        4,
        15,
        "stages 'b' and 'c' both come after 'a'");
    refuses(
        "stages:\n  - {name: fetch, command: [a]}\n  - {name: b, after: fecth, command: [b]}\n",
        3,
        22,
        "there is no stage 'fecth': did you mean 'fetch'?");
    refuses(
        "stages:\n  - {name: a, command: [a]}\n  - {name: b, after: '', command: [b]}\n",
        3,
        22,
        "there is no stage ''");
    refuses(
        "stages:\n  - {name: fetch, command: [a]}\n  - {name: b, after: parse, command: [b]}\n",
        3,
        22,
        "there is no stage 'parse'; there are fetch, b");
  }

  @Test
  void whatStandsInTheWrongPlaceIsNamed() throws IOException {
    String stage = "stages:\n  - name: a\n    command: [echo]\n";
    refuses(
        stage + "  - name: b\n    range: 0..9\n", 5, 5, "write it above 'stages', for the first");
    refuses(stage + "    lines: x.txt\n", 4, 5, "write it above 'stages', for the first");
    refuses(stage + "    priority: 4\n", 4, 5, "'priority' is about the whole pipeline");
    refuses("retries: 2\n" + stage, 1, 1, "'retries' belongs to a stage");
    refuses("command: [echo]\n" + stage, 1, 1, "'command' belongs to a stage");
    refuses("flatten: true\ncommand: [echo]\n", 1, 1, "'flatten' belongs to a stage");
    refuses("after: a\ncommand: [echo]\n", 1, 1, "'after' belongs to a stage");
  }

  @Test
  void aStageHasOneProgram() throws IOException {
    refuses("stages:\n  - name: a\n    retries: 1\n", 2, 5, "nothing to run");
    refuses(
        "stages:\n  - name: a\n    command: [echo]\n    io: sleep\n",
        4,
        9,
        "either io, or a command");
    refuses("stages:\n  - name: a\n    io: slep\n", 3, 9, "did you mean sleep?");
    refuses("stages:\n  - name: a\n    task: x.Y\n", 3, 11, "task needs jar");
    refuses(
        "stages:\n  - name: a\n    command: [echo]\n    circuit: 3\n", 4, 14, "a command has none");
    refuses(
        "stages:\n  - name: a\n    io: sleep\n    flatten: true\n",
        4,
        14,
        "flatten: sleep gives one output for each input; leave it out");
    refuses(
        "jar: my.jar\nstages:\n  - name: a\n    task: " + COUNT + "\n    flatten: true\n",
        5,
        14,
        "flatten: the last stage's reduce gives the one result of the pipeline; leave it out");
  }

  @Test
  void aClassThatIsNotThereOrCanNotTakePartIsNamed() throws IOException {
    String stage = "jar: my.jar\nstages:\n  - name: a\n    task: ";
    refuses(5, stage + WORDS.replace("Words", "Wrods") + "\n", 4, 11, "in my.jar; did you mean");
    refuses(stage + SUM + "\n", 4, 11, "is a range task that combines to one result");
    refuses(
        stage + WORDS + "\n  - {name: b, task: " + PIECE + "}\n",
        5,
        21,
        "is a range task, and inputs come one by one from the stage before: make it a Task");
    refuses(stage + PIECE + "\n", 4, 11, "is a range task: give it range A..B");
    refuses(
        4, "stages:\n  - {name: a, jar: no.jar, task: a.B}\n", 2, 20, "jar: no such file: no.jar");
    refuses(
        4, "lines: no.txt\nstages:\n  - {name: a, command: [a]}\n", 1, 8, "no such file: no.txt");
    refuses(
        stage + WORDS + "\n    limit-per-key: 3\n", 5, 20, "limit-per-key and circuit are about");
  }
}
