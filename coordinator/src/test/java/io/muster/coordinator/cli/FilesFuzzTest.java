package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import io.muster.fuzz.Texts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line reads from files: jobs, inputs, the last job. */
class FilesFuzzTest {
  @TempDir private Path folder;

  @Test
  void jobFiles() {
    List<String> examples =
        List.of(
            "name: a\ncommand: [echo, '{}']\nlines: in.txt\nretries: 3\nenv: {A: b}\n",
            "jar: a.jar\ntask: x.Y\nrange: 0..10\nmemory: 1g\nwhere:\n  gpu: 'yes'\nwait: true\n",
            "name: p\nstages:\n  - name: a\n    command: [cat]\n    flatten: true\n"
                + "  - name: b\n    after: a\n    io: http-get\n    timeout: 3s\n",
            "io: sleep\narg: [millis=3]\njson: '-'\npriority: -3\nrate: 3/s\n");
    List<String> words =
        List.of(
            "stages:",
            "\n  - ",
            "command: ",
            "flatten: ",
            "after: ",
            "range: ",
            "&a ",
            "*a",
            "!!int ",
            "? ",
            "| ",
            "> ",
            "---\n",
            "...",
            "%YAML 9",
            "<<: ",
            "\nname: x",
            "name",
            "wait: ",
            "'");
    Fuzz.feed(
        "job files",
        Texts.of(examples, words),
        bytes -> {
          JobFile file = JobFile.read(new ByteArrayInputStream(bytes), "job.yaml");
          file.job().options(Set.of(JobFile.COMMAND));
          if (file.stages() != null) {
            for (FileSection stage : file.stages()) {
              stage.options(Set.of(JobFile.COMMAND, JobFile.FLATTEN, JobFile.AFTER));
            }
          }
        },
        Refused.class);
  }

  @Test
  void jsonInputs() {
    Fuzz.feed(
        "--json",
        Texts.of(
            List.of("[1, \"a\", {\"b\": [null, true, 1.5e3]}]", "[]", "[[[]]]"),
            List.of("[", "]", "{\"x\":", "}", ",", "\"", "\\u00", "1e5")),
        bytes -> drain(new InputSource.Entries(new ByteArrayInputStream(bytes), "in.json")),
        Refused.class);
  }

  @Test
  void bytesThatLookLikeAnotherEncodingAreRefused() {
    for (String found : List.of("5d000000000000ffff7b4d5b5d7b5b5d", "0000ff000000ff0066cc94f5")) {
      byte[] utf32 = HexFormat.of().parseHex(found);
      assertThatThrownBy(
              () -> drain(new InputSource.Entries(new ByteArrayInputStream(utf32), "in.json")))
          .isInstanceOf(Refused.class)
          .hasMessageStartingWith("--json: in.json is not UTF-8: ");
    }
    byte[] cut = {'n', 'a', 'm', 'e', ':', ' ', (byte) 0xf8, (byte) 0x88};
    assertThatThrownBy(() -> JobFile.read(new ByteArrayInputStream(cut), "job.yaml"))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("job.yaml: line 1, column ");
  }

  @Test
  void aNumberThatNoneIsAndAJobThatNoneIsAreNoCrash() throws IOException {
    byte[] number = "[1e537203685477]".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(
            () -> drain(new InputSource.Entries(new ByteArrayInputStream(number), "in.json")))
        .isInstanceOf(Refused.class)
        .hasMessageStartingWith("--json: in.json: a number that is none: ");
    Files.createDirectories(folder.resolve(".muster"));
    Files.writeString(folder.resolve(".muster/last"), "0 a:1\n");
    assertThat(new LastJobs(folder).at("a:1")).isEmpty();
  }

  @Test
  void lineInputs() {
    Inputs lines = Texts.of(List.of("a\nb\r\nc", "\n\n", "é\nx"), List.of("\n", "\r", "\r\n"));
    Fuzz.feed(
        "--lines",
        lines,
        bytes -> {
          drain(new InputSource.Lines(new ByteArrayInputStream(bytes), "in.txt", false));
          drain(new InputSource.Lines(new ByteArrayInputStream(bytes), "in.txt", true));
        },
        Refused.class);
  }

  private static void drain(InputSource inputs) throws IOException {
    try (inputs) {
      while (inputs.hasNext()) {
        inputs.next();
      }
    }
  }

  @Test
  void theLastJob() throws IOException {
    Path file = Files.createDirectories(folder.resolve(".muster")).resolve("last");
    LastJobs last = new LastJobs(folder);
    Fuzz.feed(
        "the last job's file",
        Texts.of(List.of("7 127.0.0.1:7351\n8 other:1\n"), List.of(" ", "\n", "127.0.0.1:7351")),
        bytes -> {
          Files.write(file, bytes);
          last.at("127.0.0.1:7351");
        });
  }
}
