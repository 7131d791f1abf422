package io.muster.client;

import io.muster.client.wire.CoordinatorApi;
import io.muster.code.ContentName;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A file of this machine that a job needs, named by its content. */
public record LocalFile(Path path, BlobRef blob) {
  /** Reads the file once to know its name. */
  public static LocalFile of(Path path) throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      return new LocalFile(path, ContentName.of(file, String.valueOf(path.getFileName())));
    }
  }

  /** Brings to the cluster what it does not have, and has all of it kept until a job names it. */
  public static void upload(CoordinatorApi api, List<LocalFile> files) throws IOException {
    Set<BlobId> missing = new HashSet<>();
    api.missing(files.stream().map(LocalFile::blob).toList())
        .forEach(blob -> missing.add(blob.id()));
    for (LocalFile file : files) {
      if (missing.remove(file.blob.id())) {
        try (InputStream content = Files.newInputStream(file.path)) {
          api.put(file.blob, content);
        }
      }
    }
  }
}
