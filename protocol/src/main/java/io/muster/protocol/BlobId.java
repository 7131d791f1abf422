package io.muster.protocol;

/**
 * The SHA-256 of a blob's bytes, as 64 lower-case hexadecimal digits; a blob's name is its content.
 */
public record BlobId(String sha256) {
  public BlobId {
    if (sha256.length() != 64
        || !sha256
            .chars()
            .allMatch(c -> Character.digit(c, 16) >= 0 && !Character.isUpperCase(c))) {
      throw new IllegalArgumentException(
          "not a SHA-256 in lower-case hexadecimal digits: " + sha256);
    }
  }

  @Override
  public String toString() {
    return sha256;
  }
}
