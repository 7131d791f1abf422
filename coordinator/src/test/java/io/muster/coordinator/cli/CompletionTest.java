package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What bash completes with the script that {@code generate-completion} prints; of workers,
 * CompletionIT.
 */
class CompletionTest {
  @TempDir Path folder;

  @BeforeEach
  void writeScript() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    String script = new Shell(folder).fed("", Map.of(), "generate-completion").exits(0).out();
    Files.writeString(folder.resolve("script"), script);
    Files.writeString(folder.resolve("urls.txt"), "");
  }

  /** The last word is the one to be completed. */
  private List<String> completed(String line) throws IOException {
    String words = "COMP_WORDS=(muster " + line + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); ";
    Process bash =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "source ./script; "
                    + words
                    + "_complete_muster 2>&-; printf '%s\\n' \"${COMPREPLY[@]}\"")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.lines().filter(word -> !word.isEmpty()).toList();
  }

  @Test
  void optionsThatTakeAFileCompleteFiles() throws IOException {
    for (String option :
        List.of("lines", "json", "file", "jar", "with", "token-file", "ca", "cwd")) {
      assertThat(completed("submit --" + option + " ur")).as(option).containsExactly("urls.txt");
    }
    assertThat(completed("start --data ur")).containsExactly("urls.txt");
    assertThat(completed("start --config ur")).containsExactly("urls.txt");
  }

  @Test
  void optionsAndTheirKnownValuesAreCompleted() throws IOException {
    assertThat(completed("submit --max")).containsExactly("--max-failures");
    assertThat(completed("submit --io http")).containsExactly("http-get", "http-post");
    assertThat(completed("jobs --output j")).containsExactly("json");
  }

  @Test
  void ofSubmitBashCompletesFilesWhereNothingElseIsKnown() throws IOException {
    String script = Files.readString(folder.resolve("script"));
    int from = script.indexOf("function _picocli_muster_submit()");
    assertThat(script.substring(from, script.indexOf("\n}", from))).doesNotContain("+o default");
  }
}
