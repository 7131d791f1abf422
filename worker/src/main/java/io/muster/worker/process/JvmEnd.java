package io.muster.worker.process;

import io.muster.protocol.Failure;
import io.muster.protocol.FailureKind;
import io.muster.protocol.process.ProcessExit;
import io.muster.worker.state.ProcessNeeds;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is left of a JVM that ended.
 *
 * @param code with which it ended
 * @param crash what {@link JvmCrash} tells
 * @param stdout the last that came through its standard output, past its harness
 * @param stderr the last that came through its standard error
 * @param complaints the last that its tasks wrote to standard error
 */
record JvmEnd(int code, String crash, String stdout, String stderr, String complaints) {
  /** With what {@code -XX:+ExitOnOutOfMemoryError} ends a JVM, and what it says then. */
  private static final int EXIT_ON_OUT_OF_MEMORY = 3;

  /** What the java command says beside the reason. */
  private static final List<String> FRAME =
      List.of("Error occurred during init", "Error: Could not create", "Error: A fatal exception");

  private static final String LAST_WORDS = "Terminating due to java.lang.OutOfMemoryError";

  /**
   * What the user is told of it.
   *
   * @param wasUp whether it got so far as to say so
   */
  Failure failure(ProcessNeeds needs, boolean wasUp) {
    String lastWords =
        Stream.of(stderr, complaints, stdout)
            .filter(words -> !words.isBlank())
            .findFirst()
            .orElse("");
    if (isOutOfMemory()) {
      return new Failure(
          FailureKind.MEMORY,
          "java.lang.OutOfMemoryError",
          "its process ran out of its " + needs.memory() / (1 << 20) + " MiB of memory",
          "",
          null,
          null,
          lastWords);
    }
    ExitText exit = new ExitText(code);
    String before = wasUp ? "" : " before it was up" + lastLine(lastWords);
    return new Failure(
        FailureKind.CRASH,
        "",
        "its process " + (crash.isEmpty() ? exit : "crashed: " + crash) + before,
        "",
        exit.exitCode(),
        exit.signal(),
        lastWords);
  }

  /** Why a JVM did not start, in its own words. */
  private static String lastLine(String words) {
    return words
        .lines()
        .filter(line -> !line.isBlank() && FRAME.stream().noneMatch(line::startsWith))
        .reduce((earlier, later) -> later)
        .map(line -> ": " + line.strip())
        .orElse("");
  }

  private boolean isOutOfMemory() {
    return code == ProcessExit.OUT_OF_MEMORY
        || (code == EXIT_ON_OUT_OF_MEMORY && stdout.contains(LAST_WORDS));
  }
}
