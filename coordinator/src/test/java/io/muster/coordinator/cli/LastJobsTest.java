package io.muster.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastJobsTest {
  @TempDir Path home;

  @Test
  void eachClusterHasItsOwnLastJob() throws IOException {
    LastJobs jobs = new LastJobs(home);
    jobs.remember(new JobId(7), "a:1");
    jobs.remember(new JobId(3), "b:1");
    jobs.remember(new JobId(8), "a:1");
    assertThat(new LastJobs(home).at("a:1")).contains(new JobId(8));
    assertThat(new LastJobs(home).at("b:1")).contains(new JobId(3));
    assertThat(Files.readAllLines(home.resolve(".muster/last"))).hasSize(2);
  }

  @Test
  void whereNothingWasSubmittedThereIsNone() throws IOException {
    assertThat(new LastJobs(home).at("a:1")).isEmpty();
    new LastJobs(home).remember(new JobId(7), "b:1");
    assertThat(new LastJobs(home).at("a:1")).isEmpty();
  }

  @Test
  void aFileThatIsNoListOfJobsIsNone() throws IOException {
    Files.createDirectory(home.resolve(".muster"));
    Files.writeString(home.resolve(".muster/last"), "12\n\nx a:1\n");
    assertThat(new LastJobs(home).at("a:1")).isEmpty();
  }
}
