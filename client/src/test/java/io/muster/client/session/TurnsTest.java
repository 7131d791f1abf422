package io.muster.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Deque<Runnable> aside = new ArrayDeque<>();
  private final Turns turns = new Turns(aside::add);
  private final List<String> done = new ArrayList<>();

  @Test
  void whoBringsSomethingDoesIt() {
    turns.execute(() -> done.add("a"));
    assertThat(done).containsExactly("a");
  }

  @Test
  void whatComesMeanwhileIsDoneBehindIt() {
    turns.execute(
        () -> {
          turns.execute(() -> done.add("b"));
          done.add("a");
        });
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void whatMayWaitIsDoneElsewhereAndAllBehindItToo() {
    turns.aside(() -> done.add("printed"));
    turns.execute(() -> done.add("answered"));
    assertThat(done).isEmpty();
    aside.remove().run();
    assertThat(done).containsExactly("printed", "answered");
    turns.execute(() -> done.add("here again"));
    assertThat(done).endsWith("here again");
    assertThat(aside).isEmpty();
  }

  @Test
  void whatBreaksCostsTheOthersNothing() {
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
    thread.setUncaughtExceptionHandler((any, e) -> done.add(String.valueOf(e.getMessage())));
    try {
      turns.execute(
          () -> {
            turns.execute(() -> done.add("next"));
            throw new IllegalStateException("broken");
          });
    } finally {
      thread.setUncaughtExceptionHandler(before);
    }
    assertThat(done).containsExactly("broken", "next");
  }
}
