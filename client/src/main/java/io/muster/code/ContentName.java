package io.muster.code;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What bytes are called: by their SHA-256. */
public final class ContentName {
  private ContentName() {}

  /** The blob that this content is; reads it to its end. */
  public static BlobRef of(InputStream content, String name) throws IOException {
    DigestInputStream digested = new DigestInputStream(content, sha256());
    long size = digested.transferTo(OutputStream.nullOutputStream());
    return new BlobRef(new BlobId(hex(digested.getMessageDigest())), size, name);
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
