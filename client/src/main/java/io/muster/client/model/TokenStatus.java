package io.muster.client.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that a cluster lets in, without its secret.
 *
 * @param role {@code read}, {@code submit}, {@code admin} or {@code worker}
 * @param expires null: never
 * @param createdBy the name of the token that made it; empty for the first
 */
public record TokenStatus(
    String name, String role, Instant created, @Nullable Instant expires, String createdBy) {

  /**
   * A token that was just made.
   *
   * @param token the whole text, seen only now
   * @param api {@code HOST:PORT} of the API as others reach it
   */
  public record Created(TokenStatus status, String token, String api) {}
}
