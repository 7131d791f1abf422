package io.muster.coordinator.access;

import java.time.Instant;
import java.util.Optional;

/**
 * Whose token it is.
 *
 * @param name unique among the tokens
 * @param createdBy the name of the token that made it; empty for the first
 */
public record Holder(
    String name, Role role, Instant created, Optional<Instant> expires, String createdBy) {
  private static final int LONGEST_NAME = 64;

  public Holder {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._@-]*") || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "a token's name is up to 64 letters, digits and . _ @ -, not '" + name + "'");
    }
  }

  /** What sets it apart from another of the same name, before it or after it. */
  String key() {
    return created.toEpochMilli() + ":" + name;
  }

  boolean isExpired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }
}
