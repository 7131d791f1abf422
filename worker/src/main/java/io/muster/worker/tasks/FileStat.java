package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says what a path on the worker's machine is: kind, size, time of its last change. */
public final class FileStat implements IoTask.Blocking<String, Map<String, Object>> {
  @Override
  public Map<String, Object> run(String input, TaskContext context) throws IOException {
    try {
      BasicFileAttributes found =
          Files.readAttributes(WorkerPath.of(input), BasicFileAttributes.class);
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("path", input);
      result.put("kind", kind(found));
      result.put("size", found.size());
      result.put("modified", found.lastModifiedTime().toInstant().toString());
      return result;
    } catch (IOException e) {
      throw WorkerPath.explained(input, e);
    }
  }

  private static String kind(BasicFileAttributes found) {
    if (found.isDirectory()) {
      return "folder";
    }
    return found.isRegularFile() ? "file" : "other";
  }
}
