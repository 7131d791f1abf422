package io.muster.client.trust;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * What somebody shows to be let in, as text {@code muster1.ROLE.SECRET.FINGERPRINT}. The role is
 * there for people: what a token may is what its coordinator has written down. The fingerprint, the
 * SHA-256 of the authority's certificate, tells who has only the token whether a server is the
 * right one.
 *
 * @param secret 256 random bits, as text
 * @param fingerprint 64 hexadecimal digits
 */
public record Token(String role, String secret, String fingerprint) {
  private static final String PREFIX = "muster1";
  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  public Token {
    require(role.matches("[a-z]{1,20}"));
    require(secret.matches("[A-Za-z0-9_-]{43}"));
    require(fingerprint.matches("[0-9a-f]{64}"));
  }

  /** A new one. */
  public static Token create(String role, String fingerprint) {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return new Token(
        role, Base64.getUrlEncoder().withoutPadding().encodeToString(secret), fingerprint);
  }

  /** Throws {@link IllegalArgumentException} with a line that does not repeat the text. */
  public static Token parse(String text) {
    List<String> parts = List.of(text.strip().split("\\.", -1));
    require(parts.size() == 4 && parts.get(0).equals(PREFIX));
    try {
      byte[] fingerprint = Base64.getUrlDecoder().decode(parts.get(3));
      return new Token(parts.get(1), parts.get(2), HexFormat.of().formatHex(fingerprint));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(notOne(), e);
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException(notOne());
    }
  }

  private static String notOne() {
    return "not a token: 'muster token create' prints one, as muster1.ROLE.SECRET.FINGERPRINT";
  }

  /** The whole of it; whoever sees it has it. */
  public String text() {
    String pin =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(HexFormat.of().parseHex(fingerprint));
    return String.join(".", PREFIX, role, secret, pin);
  }

  /** Without the secret, so that none gets into a log. */
  @Override
  public String toString() {
    return role + " token";
  }
}
