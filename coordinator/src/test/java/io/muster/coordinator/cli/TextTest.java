package io.muster.coordinator.cli;

import static java.time.ZoneId.systemDefault;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.stream.LongStream;
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

  @Test
  void aBriefCountIsNeverMoreThanTheCount() {
    assertThat(
            LongStream.of(0, 9_999, 12_345, 999_999, 1_000_000, 1_560_000, 1_000_000_000, 1L << 62)
                .mapToObj(Text::briefCount))
        .containsExactly("0", "9,999", "12k", "999k", "1M", "1.5M", "1G", "4.6E");
  }

  @Test
  void aBriefTimeIsOfTodayOrADate() {
    Instant noon = LocalDateTime.of(2026, 11, 30, 12, 5, 1).atZone(systemDefault()).toInstant();
    assertThat(Text.briefTime(noon, noon.plusSeconds(60))).isEqualTo("12:05");
    assertThat(Text.briefTime(noon, noon.plusSeconds(86_400))).isEqualTo("2026-11-30");
    assertThat(Text.briefTime(null, noon)).isEqualTo("-");
  }
}
