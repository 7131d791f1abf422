package io.muster.examples;

import io.muster.client.Muster;

/**
 * Python's {@code asyncio.gather}, line by line: both tasks wait at the same time, so that it takes
 * one second. Python's text:
 *
 * <pre>{@code
 * import asyncio
 *
 * async def task1():
 *     await asyncio.sleep(1)
 *     return "one"
 *
 * async def task2():
 *     await asyncio.sleep(1)
 *     return "two"
 *
 * async def main():
 *     print(await asyncio.gather(task1(), task2()))
 *
 * asyncio.run(main())
 * }</pre>
 */
public final class GatherExample {
  private GatherExample() {}

  static String task1() throws InterruptedException {
    Thread.sleep(1000);
    return "one";
  }

  static String task2() throws InterruptedException {
    Thread.sleep(1000);
    return "two";
  }

  public static void main(String[] args) throws Exception {
    try (Muster muster = args.length == 0 ? Muster.local() : Muster.connect(args[0])) {
      System.out.println(muster.io().gather(() -> task1(), () -> task2()));
    }
  }
}
