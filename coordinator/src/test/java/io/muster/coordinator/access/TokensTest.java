package io.muster.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.client.trust.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
  private static final String PIN = "0123456789abcdef".repeat(4);

  @TempDir private Path folder;
  private final SettableClock clock = new SettableClock();
  private Path file;
  private Tokens tokens;

  private static final class SettableClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void open() throws IOException {
    file = folder.resolve("tokens.json");
    tokens = Tokens.open(file, clock);
  }

  private Token created(Role role, String name) throws IOException {
    return tokens.create(role, name, null, "admin", PIN).token();
  }

  @Test
  void aTokenIsItsHoldersAlsoAfterARestart() throws IOException {
    Token alice = created(Role.SUBMIT, "alice");
    created(Role.READ, "bob");
    for (Tokens each : new Tokens[] {tokens, Tokens.open(file, clock)}) {
      Holder holder = each.holder(alice.secret()).orElseThrow();
      assertThat(holder.name()).isEqualTo("alice");
      assertThat(holder.role()).isEqualTo(Role.SUBMIT);
      assertThat(holder.createdBy()).isEqualTo("admin");
      assertThat(each.holder(Token.create("submit", PIN).secret())).isEmpty();
      assertThat(each.holder("")).isEmpty();
    }
  }

  @Test
  void noSecretIsOnTheDiskAndNobodyElseReadsTheFile() throws IOException {
    Token token = created(Role.ADMIN, "root");
    assertThat(Files.readString(file)).contains("root").doesNotContain(token.secret());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsRevokedIsLetInNoMoreAlsoAfterARestart() throws IOException {
    Token token = created(Role.READ, "bob");
    assertThat(tokens.revoke("bob")).isTrue();
    assertThat(tokens.revoke("bob")).isFalse();
    assertThat(tokens.holder(token.secret())).isEmpty();
    assertThat(Tokens.open(file, clock).holder(token.secret())).isEmpty();
  }

  @Test
  void whatHasExpiredIsLetInNoMore() throws IOException {
    Token token = tokens.create(Role.READ, "", Duration.ofHours(1), "", PIN).token();
    clock.now = clock.now.plus(Duration.ofMinutes(59));
    assertThat(tokens.holder(token.secret())).isPresent();
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    assertThat(tokens.holder(token.secret())).isEmpty();
    assertThat(tokens.list()).isEmpty();
    created(Role.READ, "read-1"); // its name is free again
  }

  @Test
  void namesAreMadeAndNeverGivenTwice() throws IOException {
    assertThat(tokens.create(Role.WORKER, "", null, "", PIN).holder().name()).isEqualTo("worker-1");
    assertThat(tokens.create(Role.WORKER, "", null, "", PIN).holder().name()).isEqualTo("worker-2");
    assertThatThrownBy(() -> created(Role.READ, "worker-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is a token 'worker-1' already");
    assertThatThrownBy(() -> created(Role.READ, "a\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLastAdminsTokenIsNotRevoked() throws IOException {
    created(Role.ADMIN, "root");
    created(Role.SUBMIT, "alice");
    assertThatThrownBy(() -> tokens.revoke("root"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'root' is the last token with the role admin");
    created(Role.ADMIN, "other");
    assertThat(tokens.revoke("root")).isTrue();
    assertThat(tokens.hasAdmin()).isTrue();
  }

  @Test
  void whoseTokenWasRevokedOrMadeAnewIsNotLetInByTheOldOne() throws IOException {
    Holder alice = tokens.create(Role.SUBMIT, "alice", null, "", PIN).holder();
    assertThat(tokens.isLetIn(alice)).isTrue();
    tokens.revoke("alice");
    assertThat(tokens.isLetIn(alice)).isFalse();
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    tokens.create(Role.SUBMIT, "alice", null, "", PIN);
    assertThat(tokens.isLetIn(alice)).isFalse();
  }

  @Test
  void aBrokenFileIsNamed() throws IOException {
    Files.writeString(file, "{\"tokens\": [{\"name\": \"x\"}]}");
    assertThatThrownBy(() -> Tokens.open(file, clock))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void wrongTokensOfOneAddressAreThrottledAndThoseOfOthersAreNot() {
    Throttle throttle = new Throttle();
    for (int i = 0; i < 10; i++) {
      assertThat(throttle.failed("10.0.0.1", 0)).isTrue();
    }
    assertThat(throttle.failed("10.0.0.1", 0)).isFalse();
    assertThat(throttle.failed("10.0.0.2", 0)).isTrue();
    assertThat(throttle.failed("10.0.0.1", Duration.ofSeconds(1).toNanos())).isTrue();
    assertThat(throttle.failed("10.0.0.1", Duration.ofSeconds(1).toNanos())).isFalse();
  }
}
