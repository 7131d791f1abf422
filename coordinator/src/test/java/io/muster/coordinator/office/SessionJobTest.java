package io.muster.coordinator.office;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.Encoding;
import io.muster.protocol.Interval;
import io.muster.protocol.JobId;
import io.muster.protocol.Values;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session's job keeps of its inputs. */
class SessionJobTest {
  private static final int KIB = 1 << 10;

  private final Room room = new Room(1L << 30);
  private final ClientSession session = new ClientSession("a session", room, room);
  private final SessionJob job = new SessionJob(session, new JobId(1), "a request");

  /** Values of 1 KiB, each full of its index. */
  private static Values block(int count) {
    byte[] bytes = new byte[count * KIB];
    int[] lengths = new int[count];
    for (int k = 0; k < count; k++) {
      Arrays.fill(bytes, k * KIB, (k + 1) * KIB, (byte) k);
      lengths[k] = KIB;
    }
    return new Values(
        Encoding.JAVA, bytes, lengths, List.of(), List.of(new Values.Head(0, new byte[8], null)));
  }

  @Test
  void ofABlockBehindALongTaskOnlyTheInputOfThatIsKept() {
    job.append(block(100));
    job.answered(0, 50);
    job.answered(51, 99);
    assertThat(session.inputBytes()).isLessThan(3 * KIB);

    Values kept = job.inputs(new Interval(50, 51)).orElseThrow();
    assertThat(kept.bytes()).hasSize(KIB).containsOnly(50);
    assertThat(kept.heads()).hasSize(1);
    assertThat(job.inputs(new Interval(99, 100)).orElseThrow().bytes()).containsOnly(99);
    assertThat(job.inputs(new Interval(98, 100))).as("one is answered").isEmpty();
    assertThat(job.count()).isEqualTo(100);

    job.answered(50, 51);
    job.answered(99, 100);
    assertThat(session.inputBytes()).isZero();
  }

  @Test
  void nothingIsLeftOfWhatIsAnswered() {
    for (int k = 0; k < 10; k++) {
      job.append(block(10));
    }
    job.answered(5, 95);
    job.over();
    assertThat(session.inputBytes()).isZero();
    assertThat(job.inputs(new Interval(0, 1))).isEmpty();
  }
}
