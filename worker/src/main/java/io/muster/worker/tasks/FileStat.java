package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says what a path on the worker's machine is: kind, size, times. */
public final class FileStat implements IoTask.Blocking<String, Map<String, Object>> {
  @Override
  public Map<String, Object> run(String input, TaskContext context) throws IOException {
    Path path = Path.of(input);
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException("no such file: " + input);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("path", input);
    result.put("kind", found.isDirectory() ? "folder" : found.isRegularFile() ? "file" : "other");
    result.put("size", found.size());
    result.put("modified", found.lastModifiedTime().toInstant().toString());
    return result;
  }
}
