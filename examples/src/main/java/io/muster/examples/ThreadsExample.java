package io.muster.examples;

import io.muster.client.AsyncResult;
import io.muster.client.Io;
import io.muster.client.Muster;

/**
 * Python's {@code threading}: two tasks are started and joined. What they print appears here,
 * wherever they run. Python's text:
 *
 * <pre>{@code
 * import threading, time
 *
 * def task(name):
 *     time.sleep(1)
 *     print(name, "has waited")
 *
 * t1 = threading.Thread(target=task, args=("one",))
 * t2 = threading.Thread(target=task, args=("two",))
 * t1.start()
 * t2.start()
 * t1.join()
 * t2.join()
 * }</pre>
 */
public final class ThreadsExample {
  private ThreadsExample() {}

  static String task(String name) throws InterruptedException {
    Thread.sleep(1000);
    System.out.println(name + " has waited");
    return name;
  }

  public static void main(String[] args) throws Exception {
    try (Muster muster = args.length == 0 ? Muster.local() : Muster.connect(args[0]);
        Io io = muster.io()) {
      AsyncResult<String> one = io.submit(() -> task("one"));
      AsyncResult<String> two = io.submit(() -> task("two"));
      one.get();
      two.get();
    }
  }
}
