package io.muster.coordinator.cli;

import io.muster.protocol.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code last} means: this user's last submission from this machine to each cluster, which is
 * told by the address it was reached at. A file with a line each, the newest first.
 */
final class LastJobs {
  private static final int MOST = 100;

  private final Path file;

  LastJobs(Path home) {
    file = home.resolve(".muster").resolve("last");
  }

  /** The last job that was submitted at these addresses, if any was. */
  Optional<JobId> at(String addresses) {
    return lines().stream()
        .map(line -> line.split(" "))
        .filter(words -> words.length == 2 && words[1].equals(addresses))
        .filter(words -> words[0].matches("[1-9]\\d{0,17}"))
        .findFirst()
        .map(words -> new JobId(Long.parseLong(words[0])));
  }

  void remember(JobId job, String addresses) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(job + " " + addresses);
    lines().stream()
        .filter(line -> !line.endsWith(" " + addresses))
        .limit(MOST - 1)
        .forEach(lines::add);
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // nothing was submitted yet
    }
  }
}
