package io.muster.protocol.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkCursorTest {
  private static final long MASK = 0xFFFF_FFFFL;

  @TempDir Path folder;

  @Test
  void indicesAreTakenFromTheFront() {
    ChunkCursor cursor = cursor(5);
    assertThat(cursor.take(2)).isEqualTo(0L << 32 | 2);
    assertThat(cursor.take(2)).isEqualTo(2L << 32 | 2);
    assertThat(cursor.take(2)).isEqualTo(4L << 32 | 1);
    assertThat(cursor.take(2) & MASK).isZero();
    assertThat(cursor.next()).isEqualTo(5);
  }

  @Test
  void theTailThatIsTakenBackIsNotTaken() {
    ChunkCursor cursor = cursor(11);
    cursor.take(1);
    assertThat(cursor.retract(500)).isEqualTo(6);
    assertThat(cursor.take(100)).isEqualTo(1L << 32 | 5);
    assertThat(cursor.retract(0)).isEqualTo(6);
  }

  @Test
  void keepingIsRoundedUp() {
    ChunkCursor cursor = cursor(3);
    assertThat(cursor.retract(1)).isEqualTo(1);
  }

  @Test
  void aTaskThatIsNotTakenYetEndsTheChunkBeforeIt() {
    ChunkCursor cursor = cursor(9);
    cursor.take(1);
    assertThat(cursor.stopAt(4)).isEqualTo(1);
    assertThat(cursor.end()).isEqualTo(4);
    assertThat(cursor.stopAt(7)).as("was given back before").isEqualTo(1);
    assertThat(cursor.end()).isEqualTo(4);
    assertThat(cursor.stopAt(1)).isEqualTo(1);
    assertThat(cursor.take(1) & MASK).isZero();
  }

  @Test
  void aTaskThatWasTakenLastEndsTheChunkBehindIt() {
    ChunkCursor cursor = cursor(9);
    cursor.take(1);
    cursor.take(1);
    assertThat(cursor.stopAt(1)).isEqualTo(2);
    assertThat(cursor.end()).isEqualTo(2);
  }

  @Test
  void aTaskThatIsOverChangesNothing() {
    ChunkCursor cursor = cursor(9);
    cursor.take(1);
    cursor.take(1);
    assertThat(cursor.stopAt(0)).isEqualTo(2);
    assertThat(cursor.end()).isEqualTo(9);
  }

  @Test
  void whatIsSaidOfAStoppedTaskIsTrueWhileOthersAreTaken() {
    for (int round = 0; round < 50; round++) {
      Path file = folder.resolve("cursor-" + round);
      ChunkCursor worker = ChunkCursor.map(file);
      worker.reset(20_000);
      CyclicBarrier start = new CyclicBarrier(2);
      CompletableFuture<List<Long>> process = taking(ChunkCursor.map(file), start, 1);
      await(start);
      while (worker.next() < 10) {
        Thread.onSpinWait();
      }
      long stopped = worker.next() + round;
      long next = worker.stopAt(stopped);
      long taken = process.join().size();
      long expected = next <= stopped ? stopped : next == stopped + 1 ? next : 20_000;
      expected = Math.min(expected, 20_000); // it may have been done before
      assertThat(taken).isEqualTo(expected);
    }
  }

  @Test
  void twoMappingsOfAFileAreOneCursor() {
    ChunkCursor worker = ChunkCursor.map(folder.resolve("cursor"));
    ChunkCursor process = ChunkCursor.map(folder.resolve("cursor"));
    worker.reset(ChunkCursor.MAX_TASKS);
    process.take(7);
    assertThat(worker.next()).isEqualTo(7);
    assertThat(worker.takenAt()).isEqualTo(process.takenAt());
    worker.retract(0);
    assertThat(process.end()).isEqualTo(7);
    assertThat(process.take(1) & MASK).isZero();
  }

  @Test
  void aChunkBeyondTheCursorIsRefused() {
    ChunkCursor cursor = cursor(1);
    assertThatThrownBy(() -> cursor.reset(ChunkCursor.MAX_TASKS + 1))
        .hasMessageContaining("2147483648");
  }

  @Test
  void noIndexIsTakenTwiceOrLeftOutWhileTheTailIsTakenBack() {
    for (int round = 0; round < 50; round++) {
      long tasks = 20_000;
      Path file = folder.resolve("cursor-" + round);
      ChunkCursor worker = ChunkCursor.map(file);
      worker.reset(tasks);
      CyclicBarrier start = new CyclicBarrier(3);
      CompletableFuture<List<Long>> one = taking(ChunkCursor.map(file), start, 1);
      CompletableFuture<List<Long>> other = taking(ChunkCursor.map(file), start, 3);
      await(start);
      long end = tasks;
      while (worker.next() < worker.end()) {
        long lowered = worker.retract(900);
        assertThat(lowered).isLessThanOrEqualTo(end);
        end = lowered;
      }
      List<Long> taken =
          Stream.concat(one.join().stream(), other.join().stream()).sorted().toList();
      assertThat(taken).isEqualTo(LongStream.range(0, worker.end()).boxed().toList());
    }
  }

  private static CompletableFuture<List<Long>> taking(
      ChunkCursor cursor, CyclicBarrier start, long most) {
    CompletableFuture<List<Long>> done = new CompletableFuture<>();
    Thread taker =
        new Thread(
            () -> {
              await(start);
              List<Long> taken = new ArrayList<>();
              for (long take = cursor.take(most); (take & MASK) > 0; take = cursor.take(most)) {
                for (long i = 0; i < (take & MASK); i++) {
                  taken.add((take >>> 32) + i);
                }
              }
              done.complete(taken);
            });
    taker.setDaemon(true);
    taker.start();
    return done;
  }

  private static void await(CyclicBarrier start) {
    try {
      start.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private ChunkCursor cursor(long tasks) {
    ChunkCursor cursor = ChunkCursor.map(folder.resolve("cursor"));
    cursor.reset(tasks);
    return cursor;
  }
}
