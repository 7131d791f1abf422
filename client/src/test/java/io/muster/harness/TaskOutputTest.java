package io.muster.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.process.FromProcess.Printed;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class TaskOutputTest {
  /** What one task has printed to one stream, in one go. */
  private record Text(long index, int tryNumber, LogStream stream, String text) {}

  private final Said said = new Said();
  private final TaskOutput output = new TaskOutput(said.outbox());

  @AfterEach
  void endOutbox() throws InterruptedException {
    said.close();
  }

  @Test
  void eachTaskHasItsOwn() {
    run(4, 1, "four");
    run(5, 2, "");
    run(6, 3, "six");
    assertThat(printed())
        .containsExactly(
            new Text(4, 1, LogStream.STDOUT, "four"), new Text(6, 3, LogStream.STDOUT, "six"));
  }

  @Test
  void theOrderOfBothStreamsIsKept() {
    output.begin(1, 1);
    output.out().print("a");
    output.err().print("b");
    output.err().print("c");
    output.out().write('d');
    output.end();
    assertThat(printed())
        .containsExactly(
            new Text(1, 1, LogStream.STDOUT, "a"),
            new Text(1, 1, LogStream.STDERR, "bc"),
            new Text(1, 1, LogStream.STDOUT, "d"));
  }

  @Test
  void whatIsPrintedGoesOutWhileTheTaskRuns() {
    output.begin(1, 1);
    output.out().print("begun");
    assertThat(printed()).containsExactly(new Text(1, 1, LogStream.STDOUT, "begun"));
    output.out().print("done");
    output.end();
    assertThat(printed()).containsExactly(new Text(1, 1, LogStream.STDOUT, "done"));
  }

  @Test
  void aThreadThatATaskLeavesBehindPrintsForWhoRunsThen() throws Exception {
    output.begin(1, 1);
    output.end();
    print("between"); // belongs to the last that ran
    output.begin(2, 1);
    print("during");
    output.end();
    output.begin(-1, 1);
    print("outside");
    output.begin(3, 1);
    output.end();
    assertThat(printed())
        .containsExactly(
            new Text(1, 1, LogStream.STDOUT, "between"),
            new Text(2, 1, LogStream.STDOUT, "during"),
            new Text(-1, 1, LogStream.STDOUT, "outside"));
  }

  private void print(String text) throws InterruptedException {
    Thread other = new Thread(() -> output.out().print(text));
    other.start();
    other.join();
  }

  @Test
  void ofATaskThatPrintsMuchTheFirstAndTheLastHalfAreKept() {
    output.limit(1000);
    String much = numbers(100_000);
    run(1, 1, much);
    run(2, 1, "a new task has a new limit");
    String first = much.substring(0, 500);
    String last = much.substring(much.length() - 500);
    assertThat(printed())
        .containsExactly(
            new Text(
                1, 1, LogStream.STDOUT, first + TaskOutput.leftOut(much.length() - 1000) + last),
            new Text(2, 1, LogStream.STDOUT, "a new task has a new limit"));
  }

  @Test
  void exactlyTheLimitIsKeptWhole() {
    output.limit(1001);
    String text = numbers(1001).substring(0, 1001);
    run(1, 1, text);
    assertThat(printed()).containsExactly(new Text(1, 1, LogStream.STDOUT, text));
    run(1, 1, text + "x");
    assertThat(printed())
        .containsExactly(
            new Text(
                1,
                1,
                LogStream.STDOUT,
                text.substring(0, 500) + TaskOutput.leftOut(1) + text.substring(501) + "x"));
  }

  @Test
  void theLineBetweenTheHalvesSaysHowMuchIsLeftOut() {
    assertThat(TaskOutput.leftOut(1_234_567).lines())
        .containsExactly("", "... 1,234,567 bytes left out ...");
  }

  @Test
  void aLimitOfNothingKeepsOnlyTheLine() {
    output.limit(0);
    run(1, 1, "abc");
    assertThat(printed()).containsExactly(new Text(1, 1, LogStream.STDOUT, TaskOutput.leftOut(3)));
  }

  @Test
  void bothStreamsShareTheLimit() {
    output.limit(6);
    output.begin(1, 1);
    output.out().print("ab");
    output.err().print("cdef");
    output.out().print("gh");
    output.end();
    assertThat(printed())
        .containsExactly(
            new Text(1, 1, LogStream.STDOUT, "ab"),
            new Text(1, 1, LogStream.STDERR, "c" + TaskOutput.leftOut(2) + "f"),
            new Text(1, 1, LogStream.STDOUT, "gh"));
  }

  @Test
  void whatIsLongIsSentInPiecesThatAMessageCanCarry() {
    output.limit(1_000_000);
    String text = numbers(900_000);
    output.begin(1, 1);
    output.out().print(text);
    output.end();
    List<Printed> messages = Said.of(said.take(), Printed.class);
    assertThat(messages).allMatch(message -> message.bytes().length <= 32 * 1024);
    assertThat(joined(messages)).containsExactly(new Text(1, 1, LogStream.STDOUT, text));
  }

  /** More than may wait: printing waits for the sender, and nothing is lost or changes places. */
  @RepeatedTest(10)
  void manyThreadsAtOnce() throws Exception {
    output.limit(1 << 30);
    output.begin(1, 1);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String line = "thread %d ".formatted(t).repeat(20) + "\n";
      PrintStream stream = t % 2 == 0 ? output.out() : output.err();
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 3000; i++) {
                  stream.print(line);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    output.end();
    List<Printed> messages = Said.of(said.take(), Printed.class);
    for (LogStream stream : LogStream.values()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      messages.stream()
          .filter(message -> message.stream() == stream)
          .forEach(message -> all.writeBytes(message.bytes()));
      List<String> lines = all.toString(StandardCharsets.UTF_8).lines().toList();
      assertThat(lines).hasSize(6000).allMatch(line -> line.matches("(thread \\d )(\\1){19}"));
    }
  }

  private void run(long index, int tryNumber, String prints) {
    output.begin(index, tryNumber);
    output.out().print(prints);
    output.end();
  }

  private List<Text> printed() {
    return joined(Said.of(said.take(), Printed.class));
  }

  /** Neighbours of one task and stream put together: how it was cut into messages is not told. */
  private static List<Text> joined(List<Printed> messages) {
    List<Text> texts = new ArrayList<>();
    for (Printed message : messages) {
      String text = new String(message.bytes(), StandardCharsets.UTF_8);
      Text next = new Text(message.index(), message.tryNumber(), message.stream(), text);
      Text last = texts.isEmpty() ? null : texts.get(texts.size() - 1);
      if (last != null
          && last.index == next.index
          && last.tryNumber == next.tryNumber
          && last.stream == next.stream) {
        texts.set(
            texts.size() - 1,
            new Text(last.index, last.tryNumber, last.stream, last.text + next.text));
      } else {
        texts.add(next);
      }
    }
    return texts;
  }

  private static String numbers(int characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < characters; i++) {
      text.append(i).append('\n');
    }
    return text.toString();
  }
}
