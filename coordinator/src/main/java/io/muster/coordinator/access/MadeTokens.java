package io.muster.coordinator.access;

import io.muster.client.trust.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One token of each role, in files of a folder, for a coordinator that is not there yet. */
public final class MadeTokens {
  private MadeTokens() {}

  /**
   * Those that are in the folder ({@code ROLE.token}); what is missing, or is of another authority,
   * is made.
   *
   * @param fingerprint of the authority
   */
  public static List<Tokens.Created> in(Path folder, String fingerprint, Clock clock)
      throws IOException {
    List<Tokens.Created> tokens = new ArrayList<>();
    for (Role role : Role.values()) {
      Path file = folder.resolve(role.text() + ".token");
      Optional<Token> kept = kept(file).filter(token -> token.fingerprint().equals(fingerprint));
      if (kept.isEmpty()) {
        kept = Optional.of(Token.create(role.text(), fingerprint));
        PrivateFiles.write(file, kept.get().text() + "\n");
      }
      // Its age is part of what a worker's certificate names it by: it stays what it was.
      Instant created = Instant.ofEpochMilli(Files.getLastModifiedTime(file).toMillis());
      if (created.isAfter(clock.instant())) {
        created = Instant.ofEpochMilli(clock.millis());
      }
      Holder holder = new Holder(role.text(), role, created, Optional.empty(), "muster certs");
      tokens.add(new Tokens.Created(holder, kept.get()));
    }
    return tokens;
  }

  private static Optional<Token> kept(Path file) throws IOException {
    try {
      return Optional.of(Token.parse(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is " + e.getMessage(), e);
    }
  }
}
