package io.muster.coordinator.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients other than ours might ask of a worker's file system and of its processes. */
class SubmissionsTest {
  private static void check(Program.Command command, Policy policy) {
    Submissions.check(
        new JobSpec("request", "job", "user", command, new Inputs.None(), policy),
        new InputSizes());
  }

  private static Program.Command with(String name) {
    BlobRef file = new BlobRef(new BlobId("0".repeat(64)), 1, name);
    return new Program.Command(List.of("true"), false, "", List.of(file));
  }

  private static Policy env(String name, String value) {
    Policy d = Policy.DEFAULT;
    return new Policy(
        null,
        0,
        d.crashLimit(),
        0,
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        Map.of(name, value),
        d.logLimit(),
        d.resultLimit(),
        d.backoff(),
        d.keys());
  }

  @Test
  void usualNamesAreTaken() {
    check(with("model v2.bin"), env("LANG", "de=x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "../../x", "/etc/x", "a\0b", "a\033b", "a\\b"})
  void aFileThatGoesWithACommandHasAPlainName(String name) {
    assertThatThrownBy(() -> check(with(name), Policy.DEFAULT))
        .isInstanceOf(Refusal.BadValue.class)
        .hasMessageContaining("plain name without folders");
  }

  @Test
  void whatNoProcessCanBeGivenIsRefused() {
    for (String name : List.of("", "a=b", "a\0b")) {
      assertThatThrownBy(() -> check(with("file"), env(name, "x")))
          .isInstanceOf(Refusal.BadValue.class)
          .hasMessageContaining("the environment has names");
    }
    assertThatThrownBy(() -> check(with("file"), env("name", "a\0b")))
        .isInstanceOf(Refusal.BadValue.class);
    for (Program.Command command :
        List.of(
            new Program.Command(List.of("echo", "a\0b"), false, "", List.of()),
            new Program.Command(List.of("true"), false, "/tmp\0x", List.of()))) {
      assertThatThrownBy(() -> check(command, Policy.DEFAULT))
          .isInstanceOf(Refusal.BadValue.class)
          .hasMessageContaining("NUL");
    }
  }
}
