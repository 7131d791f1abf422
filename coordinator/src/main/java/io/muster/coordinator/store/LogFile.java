package io.muster.coordinator.store;

import io.muster.protocol.JobId;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToCoordinator.Logged;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the tasks of one job printed, in the order of arrival. */
final class LogFile implements LogStream {
  private static final ToCoordinator.LogStream[] STREAMS = ToCoordinator.LogStream.values();

  private final JobId job;
  private final Supplier<BlockFile> file;
  private final BlockReader reader;
  private final OptionalLong task;
  private long position;
  private @Nullable BytesIn block;

  /**
   * @param file the job's log at any time: it may be closed and opened again meanwhile
   */
  LogFile(JobId job, Supplier<BlockFile> file, OptionalLong task) throws IOException {
    this.job = job;
    this.file = file;
    this.reader = file.get().reader();
    this.task = task;
  }

  static void put(Bytes out, Logged logged) {
    out.putVar(logged.index() + 1);
    out.putVar(logged.tryNumber());
    out.putByte(logged.stream().ordinal());
    out.putVar(logged.bytes().length);
    out.put(logged.bytes());
  }

  @Override
  public @Nullable Logged next() throws IOException {
    while (true) {
      BytesIn in = block;
      if (in == null) {
        in = nextBlock();
        if (in == null) {
          return null;
        }
      }
      while (!in.atEnd()) {
        long index = in.getVar() - 1;
        int tryNumber = in.getCount();
        ToCoordinator.LogStream stream = STREAMS[in.getByte()];
        int length = in.getCount();
        if (task.isEmpty() || task.getAsLong() == index) {
          return new Logged(job, index, tryNumber, stream, in.get(length));
        }
        in.skip(length);
      }
      block = null;
    }
  }

  private @Nullable BytesIn nextBlock() throws IOException {
    BlockFile now = file.get();
    long end = now.end();
    while (true) {
      if (task.isPresent()) {
        position = now.seek(position, task.getAsLong());
      }
      if (position >= end) {
        return null;
      }
      Block head = reader.headAt(position);
      long at = position;
      position += head.size();
      if (task.isEmpty() || (head.from() <= task.getAsLong() && task.getAsLong() < head.until())) {
        BytesIn in = new BytesIn(reader.bytes(head, at), 0);
        block = in;
        return in;
      }
    }
  }

  @Override
  public void close() {
    Closing.quietly(reader);
  }
}
