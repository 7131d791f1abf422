package io.muster.coordinator.office;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.state.InputSizes;
import io.muster.coordinator.state.JournalRecord;
import io.muster.coordinator.store.FileStore;
import io.muster.protocol.JobId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatheringTest {
  private static final JournalRecord RECORD = new JournalRecord.InputsClosed(new JobId(1));

  @TempDir private Path folder;
  private FileStore store;
  private Gathering gathering;
  private final List<String> released = new ArrayList<>();

  @BeforeEach
  void start() {
    store = new FileStore(folder);
    gathering = new Gathering(store::group);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void after(String fact) {
    gathering.afterWrite(() -> released.add(fact));
  }

  @Test
  void aFactIsReleasedAtOnceWhenAllIsWritten() {
    after("a");

    assertThat(released).containsExactly("a");
  }

  @Test
  void aFactWaitsForTheGroupItIsIn() {
    gathering.record(RECORD);
    after("a");
    gathering.cut();
    assertThat(released).isEmpty();

    gathering.written();
    assertThat(released).containsExactly("a");
  }

  @Test
  void whatIsAskedDuringAWriteWaitsForThatWrite() {
    gathering.record(RECORD);
    gathering.cut();
    after("a");
    assertThat(released).isEmpty();

    gathering.written();
    assertThat(released).containsExactly("a");
  }

  @Test
  void oneWriteIsUnderWayAtATime() {
    gathering.record(RECORD);
    assertThat(gathering.cut()).isPresent();
    gathering.record(RECORD);
    after("b");

    assertThat(gathering.cut()).isEmpty();
    gathering.written();
    assertThat(released).isEmpty();

    assertThat(gathering.cut()).isPresent();
    gathering.written();
    assertThat(released).containsExactly("b");
  }

  @Test
  void anEmptyGroupIsNotWritten() {
    after("a");

    assertThat(gathering.cut()).isEmpty();
  }

  @Test
  void inputsCannotBeReadBeforeTheyAreWritten() {
    gathering.record(new JournalRecord.InputsAppended(new JobId(1), 0, InputSizes.of(1)));
    gathering.inputsWait(new JobId(1), 0);
    assertThat(gathering.isUnwritten(new JobId(1), 1)).isTrue();
    gathering.cut();
    assertThat(gathering.isUnwritten(new JobId(1), 1)).isTrue();

    gathering.written();
    assertThat(gathering.isUnwritten(new JobId(1), 1)).isFalse();
  }

  @Test
  void nothingIsReleasedWhenTheEpochEnds() {
    gathering.record(RECORD);
    List<String> abandoned = new ArrayList<>();
    gathering.afterWrite(
        new Release() {
          @Override
          public void released() {
            released.add("a");
          }

          @Override
          public void abandoned() {
            abandoned.add("a");
          }
        });
    gathering.cut();

    gathering.abandon();
    assertThat(released).isEmpty();
    assertThat(abandoned).containsExactly("a");
  }
}
