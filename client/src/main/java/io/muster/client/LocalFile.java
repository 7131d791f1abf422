package io.muster.client;

import io.muster.client.wire.CoordinatorApi;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A file of this machine that a job needs, named by its content. */
public record LocalFile(Path path, BlobRef blob) {
  /** Reads the file once to know its name. */
  public static LocalFile of(Path path) throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      return new LocalFile(path, blob(file, String.valueOf(path.getFileName())));
    }
  }

  /** The blob that this content is. */
  public static BlobRef blob(InputStream content, String name) throws IOException {
    DigestInputStream digested = new DigestInputStream(content, sha256());
    long size = digested.transferTo(OutputStream.nullOutputStream());
    String hex = HexFormat.of().formatHex(digested.getMessageDigest().digest());
    return new BlobRef(new BlobId(hex), size, name);
  }

  /** Brings to the cluster what it does not have, and has all of it kept until a job names it. */
  public static void upload(CoordinatorApi api, List<LocalFile> files) throws IOException {
    List<BlobId> missing =
        api.missing(files.stream().map(LocalFile::blob).toList()).stream()
            .map(BlobRef::id)
            .toList();
    for (LocalFile file : files) {
      if (missing.contains(file.blob.id())) {
        try (InputStream content = Files.newInputStream(file.path)) {
          api.put(file.blob, content);
        }
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
