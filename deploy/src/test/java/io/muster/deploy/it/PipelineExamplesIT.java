package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples with stages, over real files, against what another way of counting finds. */
@ExtendWith(ClusterLogs.class)
class PipelineExamplesIT {
  private static final Path EXAMPLES = MusterCluster.jar("muster.examples.jar");

  private static MusterCluster cluster;

  @BeforeAll
  static void start() {
    cluster = MusterCluster.started(1, 2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** A file beside the examples' sources. */
  private static String file(String name) {
    return EXAMPLES.getParent().resolveSibling(name).normalize().toString();
  }

  private static String run(String jobFile, Path inputs) {
    return cluster.run(
        "--file", file(jobFile), "--jar", EXAMPLES.toString(), "--lines", inputs.toString());
  }

  private static List<JsonNode> results(String id) {
    return cluster.cli("results", id, "--output", "json").succeeds().jsonLines();
  }

  private static JsonNode stage(String id, String name) {
    return StreamSupport.stream(cluster.job(id).get("stages").spliterator(), false)
        .filter(stage -> stage.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theLinksThatAreBrokenAreThoseWhoseFileIsNotThere() throws IOException {
    try (DocumentationSite site = DocumentationSite.serve(cluster.folder().resolve("site"))) {
      Map<String, Integer> broken = site.broken();
      assertThat(broken).as("a site with something to find").hasSizeGreaterThan(1);
      Path pages = Files.write(cluster.folder().resolve("pages.txt"), site.pages());

      String id = run("link-checker/links.yaml", pages);
      assertThat(cluster.job(id).get("state").asText()).isEqualTo("succeeded");
      Map<String, Integer> found = new TreeMap<>();
      for (JsonNode line : results(id)) {
        JsonNode link = line.at("/result/link");
        assertThat(line.at("/result/why").asText()).isEqualTo("status 404");
        found.put(link.get("address").asText(), link.get("pages").asInt());
      }
      assertThat(found).isEqualTo(broken);
      assertThat(stage(id, "fetch").at("/tasks/succeeded").asInt()).isEqualTo(site.pages().size());
      assertThat(stage(id, "check").at("/tasks/total").asInt()).isEqualTo(site.links().size());

      String last =
          "%d pages, %d links, %d broken"
              .formatted(site.pages().size(), site.links().size(), broken.size());
      for (String program : List.of("LinkChecker", "LinkCheckerByHand")) {
        List<String> said = java(program, pages.toString(), cluster.api());
        assertThat(said).hasSize(broken.size() + 1).endsWith(last);
        broken.forEach(
            (address, onPages) ->
                assertThat(said)
                    .anyMatch(
                        line ->
                            line.startsWith(
                                address + ": status 404, on " + onPages + " pages, such as ")));
      }
    }
  }

  private static List<String> java(String example, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                MusterCluster.java(),
                "-Dmuster.cache=" + ClassArchive.cache(),
                "-cp",
                EXAMPLES + File.pathSeparator + MusterCluster.jar("muster.client.jar"),
                "io.muster.examples." + example));
    command.addAll(List.of(arguments));
    RunningProcess process =
        RunningProcess.start(example, RunningProcess.builder(cluster.folder(), command));
    assertThat(process.awaitExit()).as("%s %s", process.out(), process.err()).isZero();
    return process.out();
  }

  @Test
  void filesThatAreThereTwiceAreThoseWithTheSameBytes() throws IOException {
    Path folder = Files.createDirectory(cluster.folder().resolve("files"));
    Random random = new Random(4);
    Map<String, List<String>> byContent = new TreeMap<>();
    for (int i = 0; i < 400; i++) {
      String content = "x".repeat(random.nextInt(300)) + random.nextInt(3);
      Path file = Files.writeString(folder.resolve("file" + i), content);
      byContent.computeIfAbsent(content, same -> new ArrayList<>()).add(file.toString());
    }
    Path paths = cluster.folder().resolve("paths.txt");
    try (Stream<Path> files = Files.list(folder)) {
      Files.write(paths, files.map(Path::toString).toList());
    }

    String id = run("duplicates/duplicates.yaml", paths);
    JsonNode report = results(id).get(0).get("result");

    List<Map.Entry<String, List<String>>> same =
        byContent.entrySet().stream().filter(each -> each.getValue().size() > 1).toList();
    assertThat(report.get("wasted").asLong())
        .isEqualTo(same.stream().mapToLong(each -> wasted(each.getValue())).sum());
    assertThat(report.get("groups"))
        .extracting(PipelineExamplesIT::files)
        .containsExactlyElementsOf(
            same.stream()
                .map(each -> each.getValue().stream().sorted().toList())
                .sorted(Comparator.comparing(files -> files.get(0)))
                .sorted(Comparator.<List<String>>comparingLong(files -> wasted(files)).reversed())
                .toList());
    assertThat(stage(id, "group").at("/tasks/succeeded").asInt()).isEqualTo(400);
    assertThat(stage(id, "report").at("/tasks/total").asInt()).isEqualTo(same.size());
  }

  /** Bytes that would be free with one of these equal files. */
  private static long wasted(List<String> files) {
    try {
      return Files.size(Path.of(files.get(0))) * (files.size() - 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> files(JsonNode group) {
    return StreamSupport.stream(group.get("files").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
