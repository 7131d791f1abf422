package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The SHA-256 of a file on the worker's machine. */
public final class FileHash implements IoTask.Blocking<String, Map<String, Object>> {
  @Override
  public Map<String, Object> run(String input, TaskContext context)
      throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    long size = 0;
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(Path.of(input))) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        size += read;
      }
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException("no such file: " + input);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("path", input);
    result.put("size", size);
    result.put("sha256", HexFormat.of().formatHex(digest.digest()));
    return result;
  }
}
