package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void whatATerminalWouldObeyIsNotInALine() {
    assertThat(Text.oneLine("a\u001b[2Jb\u009b31mc\nd\te\u202ef\u2066g"))
        .isEqualTo("a [2Jb 31mc d e f g");
  }

  @Test
  void whatATerminalWouldObeyIsShownInItsPlace() {
    assertThat(Text.harmless("a\u001b[2J\u009b1m\u202eb\n\tc"))
        .isEqualTo("a\\x1b[2J\\x9b1m\\u202eb\n\tc");
  }

  @Test
  void otherScriptsStayAsTheyAre() {
    assertThat(Text.oneLine("größe 大きさ حجم 👩‍🚀")).isEqualTo("größe 大きさ حجم 👩‍🚀");
  }
}
