package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script of the packaged coordinator, which knows the options of the worker too. */
class CompletionIT {
  @TempDir Path folder;

  /** The last word is the one to be completed. */
  private List<String> completed(String line) throws IOException {
    String words = "COMP_WORDS=(muster " + line + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); ";
    Process bash =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "source ./script; "
                    + words
                    + "_complete_muster 2>&-; printf '%s\\n' ${COMPREPLY[@]}")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  @Test
  void aWorkersOptionsAreCompleted() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    CliRun script = InProcessCli.run(folder, Map.of(), "", "generate-completion").succeeds();
    Files.writeString(folder.resolve("script"), script.out());
    Files.writeString(folder.resolve("urls.txt"), "");
    assertThat(completed("worker --task-m")).containsExactly("--task-memory");
    assertThat(completed("worker --work-dir ur")).containsExactly("urls.txt");
  }
}
