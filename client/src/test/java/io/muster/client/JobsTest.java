package io.muster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.model.ClusterException;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ClientValues;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.wire.JobSpecWire;
import io.muster.protocol.wire.PairsWire;
import io.muster.protocol.wire.v1.JobSpec;
import io.muster.protocol.wire.v1.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a submission from Java says to the coordinator, and what is refused before it does. */
class JobsTest {
  private static final BlobRef CODE = new BlobRef(new BlobId("ab".repeat(32)), 1, "classes.jar");

  private final ScriptedApi cluster = new ScriptedApi();
  private final CoordinatorApi api = cluster.client();
  private final Jobs jobs =
      new Jobs(api, unused -> List.of(CODE), JobsTest.class.getClassLoader(), null);

  @AfterEach
  void close() {
    jobs.close();
    api.close();
    cluster.close();
  }

  private JobSpec submitted(JobRequest.Builder job) {
    assertThat(jobs.submit(job.build()).id()).isEqualTo(7);
    return cluster.specs.get(cluster.specs.size() - 1);
  }

  private List<String> inputs() {
    return cluster.inputs.get(0).stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aClassOfTheProgramTravelsWithItsClassPath() {
    JobSpec spec = submitted(JobRequest.task(Tasks.Square.class).range(2, 5).arg("k", "v"));
    assertThat(spec.getJava().getClassName()).isEqualTo(Tasks.Square.class.getName());
    assertThat(spec.getJava().getShape()).isEqualTo(Shape.SHAPE_TASK);
    assertThat(spec.getJava().getJarsList())
        .extracting(jar -> jar.getName())
        .containsExactly("classes.jar");
    assertThat(PairsWire.fromProto(spec.getJava().getArgsList())).isEqualTo(Map.of("k", "v"));
    assertThat(spec.getRange().getFrom()).isEqualTo(2);
    assertThat(spec.getRange().getUntil()).isEqualTo(5);
    assertThat(spec.getName()).isEqualTo("Tasks$Square");
    assertThat(spec.getSession()).isEmpty();
  }

  @Test
  void everyOptionArrives() {
    JobSpec spec =
        submitted(
            JobRequest.task(Tasks.Square.class)
                .range(0, 1)
                .name("squares")
                .timeout(Duration.ofSeconds(30))
                .retries(2)
                .crashLimit(3)
                .maxFailures(4)
                .chunk(5)
                .limit(6)
                .rate(6.5)
                .priority(7)
                .memory(32 << 20)
                .where("zone", "a")
                .env("A", "b")
                .logLimit(9)
                .resultLimit(10));
    assertThat(spec.getName()).isEqualTo("squares");
    var policy = spec.getPolicy();
    assertThat(policy.getTimeoutNanos()).isEqualTo(30_000_000_000L);
    assertThat(policy.getRetries()).isEqualTo(2);
    assertThat(policy.getCrashLimit()).isEqualTo(3);
    assertThat(policy.getMaxFailures()).isEqualTo(4);
    assertThat(policy.getChunk()).isEqualTo(5);
    assertThat(policy.getLimit()).isEqualTo(6);
    assertThat(policy.getRate()).isEqualTo(6.5);
    assertThat(policy.getPriority()).isEqualTo(7);
    assertThat(policy.getMemory()).isEqualTo(32 << 20);
    assertThat(PairsWire.fromProto(policy.getWhereList())).isEqualTo(Map.of("zone", "a"));
    assertThat(PairsWire.fromProto(policy.getEnvList())).isEqualTo(Map.of("A", "b"));
    assertThat(policy.getLogLimit()).isEqualTo(9);
    assertThat(policy.getResultLimit()).isEqualTo(10);
  }

  @Test
  void whatIsNotSaidIsAsTheCommandLineHasIt() {
    var policy = submitted(JobRequest.task(Tasks.Square.class)).getPolicy();
    assertThat(policy.hasTimeoutNanos()).isFalse();
    assertThat(policy.getCrashLimit()).isEqualTo(5);
    assertThat(policy.getLogLimit()).isEqualTo(1 << 20);
    assertThat(policy.getResultLimit()).isEqualTo(1 << 30);
    assertThat(cluster.specs.get(0).hasNone()).isTrue();
  }

  @Test
  void aBuiltInTaskTravelsByItsName() {
    JobSpec spec =
        submitted(
            JobRequest.io("http-get")
                .lines(List.of("http://a"))
                .arg("save", "d")
                .limitPerKey(2)
                .circuit(3));
    assertThat(JobSpecWire.fromProto(spec).policy().keys()).isEqualTo(new Policy.Keys(2, 3));
    assertThat(JobSpecWire.fromProto(spec).program())
        .isEqualTo(new Program.Io("http-get", Map.of("save", "d")));
    assertThat(spec.getName()).isEqualTo("http-get");
    assertThat(inputs()).containsExactly("\"http://a\"");
  }

  @Test
  void aCommandHasItsFolderAndFiles(@TempDir Path folder) throws IOException {
    JobSpec here = submitted(JobRequest.command("echo", "{}").range(0, 2));
    assertThat(here.getCommand().getArgvList()).containsExactly("echo", "{}");
    assertThat(here.getCommand().getCwd()).isEqualTo(Path.of("").toAbsolutePath().toString());
    assertThat(here.getName()).isEqualTo("echo {}");

    Path file = Files.writeString(folder.resolve("data.txt"), "x");
    JobSpec own =
        submitted(JobRequest.command("cat").lines(List.of("a")).stdin().taskFolder().with(file));
    assertThat(own.getCommand().getCwd()).isEmpty();
    assertThat(own.getCommand().getStdin()).isTrue();
    assertThat(cluster.stored).containsExactly("data.txt");
  }

  @Test
  void linesAreTextForACommandAndJsonForAClass() {
    submitted(JobRequest.command("cat").lines(List.of("a \"b\"", "")));
    assertThat(cluster.encodings).containsExactly(Encoding.BYTES);
    assertThat(inputs()).containsExactly("a \"b\"", "");
    cluster.inputs.clear();
    submitted(JobRequest.task(Tasks.Square.class).lines(Stream.of("a \"b\"")));
    assertThat(cluster.encodings).containsExactly(Encoding.BYTES, Encoding.JSON);
    assertThat(inputs()).containsExactly("\"a \\\"b\\\"\"");
  }

  private record Point(int x, double y) {}

  @Test
  void objectsAreTheirFieldsInJson() {
    submitted(
        JobRequest.task(Tasks.Square.class)
            .json(Arrays.asList(new Point(1, 2.5), null, Map.of("a", List.of(1)))));
    assertThat(inputs()).containsExactly("{\"x\":1,\"y\":2.5}", "null", "{\"a\":[1]}");
  }

  @Test
  void objectsAreSerializedAsTheyAre() {
    submitted(JobRequest.task(Tasks.Square.class).inputs(List.of(List.of(1, 2))));
    assertThat(cluster.encodings).containsExactly(Encoding.JAVA);
    Object read =
        ClientValues.read(
            Encoding.JAVA,
            cluster.inputs.get(0).get(0),
            Object.class,
            JobsTest.class.getClassLoader(),
            null);
    assertThat(read).isEqualTo(List.of(1, 2));
  }

  @Test
  void anInputThatCanNotTravelIsNamedAndNothingIsSubmitted() {
    var job = JobRequest.task(Tasks.Square.class).inputs(List.of("fine", new Object())).build();
    assertThatThrownBy(() -> jobs.submit(job))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input 1")
        .hasMessageContaining("class java.lang.Object is not java.io.Serializable");
    var json = JobRequest.task(Tasks.Square.class).json(List.of(Thread.currentThread())).build();
    assertThatThrownBy(() -> jobs.submit(json))
        .hasMessageContaining("input 0 can't be written as JSON");
    assertThat(cluster.inputs).isEmpty();
  }

  @Test
  void aRangeIsCutAsItsClassWantsIt() {
    assertThat(
            submitted(JobRequest.task(Tasks.Sum.class).range(0, 100).chunk(10))
                .getRange()
                .getPiece())
        .isEqualTo(1);
    JobSpec pieces = submitted(JobRequest.task(Tasks.Piece.class).range(0, 100).chunk(10));
    assertThat(pieces.getRange().getPiece()).isEqualTo(10);
    assertThat(pieces.getPolicy().getChunk()).isZero();
    assertThat(submitted(JobRequest.task(Tasks.Splitting.class)).hasSplit()).isTrue();
  }

  @Test
  void inputsThatDoNotSuitTheClassAreRefused() {
    refused(JobRequest.task(Tasks.Piece.class).range(0, 9), "chunk(n)");
    refused(JobRequest.task(Tasks.Sum.class).inputs(List.of(1)), "is a range task");
    refused(JobRequest.task(Tasks.Splitting.class).range(0, 1), "splits itself");
    refused(JobRequest.task(JobsTest.class), "is not a task");
    assertThat(cluster.specs).isEmpty();
  }

  private void refused(JobRequest.Builder job, String words) {
    assertThatThrownBy(() -> jobs.submit(job.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void aListIsSentAgainUnderTheSameRequestIdWhenTheConnectionBreaks() {
    cluster.breaks = 2;
    submitted(JobRequest.task(Tasks.Square.class).json(List.of(1, 2, 3)));
    assertThat(cluster.specs)
        .hasSize(3)
        .extracting(JobSpec::getRequestId)
        .containsOnly(cluster.specs.get(0).getRequestId());
    assertThat(cluster.specs.get(0).getRequestId()).isNotEmpty();
    assertThat(cluster.inputs).hasSize(3).allSatisfy(sent -> assertThat(sent).hasSize(3));
  }

  @Test
  void whatPassesByOnceIsNotSentAgainAndThatIsSaid() {
    cluster.breaks = 1;
    var job = JobRequest.task(Tasks.Square.class).json(Stream.of(1, 2, 3)).build();
    assertThatThrownBy(() -> jobs.submit(job))
        .isInstanceOf(ClusterException.NotReached.class)
        .hasMessageContaining("may have the job or not");
    assertThat(cluster.specs).hasSize(1);
  }

  @Test
  void anInterruptedSubmissionIsNotTriedForEver() {
    cluster.breaks = Integer.MAX_VALUE;
    var job = JobRequest.task(Tasks.Square.class).range(0, 1).build();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> jobs.submit(job)).isInstanceOf(ClusterException.NotReached.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aJobThatIsNotThereIsRefused() {
    assertThat(jobs.job(7).status().total()).isEqualTo(3);
    assertThatThrownBy(() -> jobs.job(8))
        .isInstanceOf(ClusterException.NotFound.class)
        .hasMessageContaining("no job 8");
    assertThatThrownBy(() -> jobs.job(-1)).isInstanceOf(ClusterException.NotFound.class);
  }
}
