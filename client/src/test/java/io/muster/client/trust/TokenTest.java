package io.muster.client.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {
  private static final String PIN = "0123456789abcdef".repeat(4);

  @Test
  void itsTextIsReadAsItself() {
    Token token = Token.create("submit", PIN);
    assertThat(Token.parse(token.text() + "\n")).isEqualTo(token);
    assertThat(token.text()).startsWith("muster1.submit.");
  }

  @Test
  void noTwoHaveTheSameSecret() {
    assertThat(Token.create("read", PIN).secret()).isNotEqualTo(Token.create("read", PIN).secret());
  }

  @Test
  void itIsNeverPrintedWithItsSecret() {
    Token token = Token.create("admin", PIN);
    assertThat(token.toString()).isEqualTo("admin token").doesNotContain(token.secret());
    assertThat(Access.of(token).toString()).doesNotContain(token.secret());
  }

  @Test
  void whatIsNoTokenIsRefusedWithoutBeingRepeated() {
    String good = Token.create("read", PIN).text();
    for (String bad :
        new String[] {
          "",
          "topsecret",
          good.substring(1),
          good + "x",
          good.replace("muster1", "muster2"),
          good.substring(0, good.lastIndexOf('.')),
          good.replace(".read.", ".READ."),
          good.replace(".", "..")
        }) {
      assertThatThrownBy(() -> Token.parse(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("not a token: ")
          .hasMessageNotContaining("topsecret");
    }
  }

  @Test
  void aTokenMayStandInAFile(@TempDir Path folder) throws Exception {
    Token token = Token.create("read", PIN);
    Path file = Files.writeString(folder.resolve("token"), token.text() + "\n");
    assertThat(Access.of("@" + file, null).token()).contains(token);
    assertThatThrownBy(() -> Access.of("@" + folder.resolve("none"), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void withoutTokenAndAuthorityItIsPlainText() {
    assertThat(Access.of(null, null).isPlain()).isTrue();
    assertThat(Access.of(Token.create("read", PIN)).isPlain()).isFalse();
  }
}
