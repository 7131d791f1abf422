package io.muster.client.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How to speak to a cluster's API: in plain text, or by TLS with the token to show and the
 * authorities to believe. Without authorities of its own it believes the one whose fingerprint is
 * in the token.
 */
public record Access(Optional<Token> token, Optional<Authorities> authorities) {
  private static final int LONGEST_TOKEN_FILE = 4096;

  /** Without TLS and without a token, as on loopback. */
  public static Access plain() {
    return new Access(Optional.empty(), Optional.empty());
  }

  /** By TLS, with what is in a token alone. */
  public static Access of(Token token) {
    return new Access(Optional.of(token), Optional.empty());
  }

  /**
   * What the two say; plain when both are null.
   *
   * @param token a token, or {@code @FILE} for a file that has one
   * @param ca a PEM file with the authorities
   * @throws IllegalArgumentException with one line that names what is wrong and not the secret
   */
  public static Access of(@Nullable String token, @Nullable Path ca) {
    try {
      return new Access(
          token == null ? Optional.empty() : Optional.of(Token.parse(given(token))),
          ca == null ? Optional.empty() : Optional.of(Authorities.read(ca)));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("no such file: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String given(String token) throws IOException {
    if (!token.startsWith("@")) {
      return token;
    }
    Path file = Path.of(token.substring(1));
    if (Files.size(file) > LONGEST_TOKEN_FILE) {
      throw new IOException(file + " is too large for a token");
    }
    return Files.readString(file);
  }

  public boolean isPlain() {
    return token.isEmpty() && authorities.isEmpty();
  }

  /** Lets only the right cluster's coordinators through. */
  public TrustManager trust() {
    return new CoordinatorTrust(this);
  }
}
