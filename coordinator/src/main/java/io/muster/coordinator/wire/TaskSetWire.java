package io.muster.coordinator.wire;

import com.google.protobuf.ByteString;
import io.muster.coordinator.state.IntervalSet;
import io.muster.protocol.wire.v1.TaskSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/** {@link IntervalSet} as a message. */
final class TaskSetWire {
  private TaskSetWire() {}

  static TaskSet toProto(IntervalSet set) {
    var message = TaskSet.newBuilder();
    set.forEachPart(
        new IntervalSet.Parts() {
          private long end;

          @Override
          public void run(long from, long until) {
            message.addRuns(from - end).addRuns(until - from);
            end = until;
          }

          @Override
          public void page(long page, long[] words) {
            ByteBuffer bits = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
            bits.asLongBuffer().put(words);
            message.addPages(
                TaskSet.Page.newBuilder()
                    .setNumber(page)
                    .setBits(ByteString.copyFrom(bits.array())));
          }
        });
    return message.build();
  }

  static IntervalSet fromProto(TaskSet message) {
    IntervalSet set = new IntervalSet();
    long end = 0;
    for (int k = 0; k + 1 < message.getRunsCount(); k += 2) {
      long from = end + message.getRuns(k);
      end = from + message.getRuns(k + 1);
      set.add(from, end);
    }
    for (TaskSet.Page page : message.getPagesList()) {
      LongBuffer bits =
          page.getBits().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
      long[] words = new long[bits.remaining()];
      bits.get(words);
      set.addPage(page.getNumber(), words);
    }
    return set;
  }
}
