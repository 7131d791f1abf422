package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;

/** Prints {@code --arg bytes=N}, then its input. */
public final class PrintsMuch implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) {
    long left = Long.parseLong(context.arg("bytes", "1000"));
    byte[] line = ("x".repeat(99) + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.out.println("first line of " + input);
    for (; left > 0; left -= line.length) {
      System.out.write(line, 0, line.length);
    }
    System.out.println("last line of " + input);
    return input;
  }
}
