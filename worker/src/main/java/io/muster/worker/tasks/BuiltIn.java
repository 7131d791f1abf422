package io.muster.worker.tasks;

import io.muster.protocol.IoNames;
import io.muster.protocol.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A built-in task.
 *
 * @param type its class
 * @param args what {@code --arg} may say; a name that ends with a dot stands for all that begin so
 */
public record BuiltIn(Class<?> type, List<String> args) {
  private static final List<String> OF_HTTP =
      List.of("timeout", "redirects", "max-size", "save", "fail-on", "header.");

  private static final Map<String, BuiltIn> ALL =
      Map.of(
          "http-get",
          new BuiltIn(HttpGet.class, OF_HTTP),
          "http-post",
          new BuiltIn(HttpPost.class, with(OF_HTTP, "body", "content-type")),
          "tcp-check",
          new BuiltIn(TcpCheck.class, List.of("timeout")),
          "file-stat",
          new BuiltIn(FileStat.class, List.of()),
          "file-hash",
          new BuiltIn(FileHash.class, List.of()),
          "sleep",
          new BuiltIn(Sleep.class, List.of("millis")));

  private static List<String> with(List<String> some, String... more) {
    return java.util.stream.Stream.concat(some.stream(), java.util.Arrays.stream(more)).toList();
  }

  /** Why there is no such task, or not with these arguments: one line; empty if there is. */
  public static Optional<String> refusal(Program.Io program) {
    BuiltIn known = ALL.get(program.name());
    if (known == null) {
      return Optional.of(IoNames.unknown(program.name()));
    }
    return program.args().keySet().stream()
        .filter(arg -> !known.takes(arg))
        .sorted()
        .findFirst()
        .map(arg -> known.takesNo(program.name(), arg));
  }

  /** The class of a task that is not refused. */
  public static String className(Program.Io program) {
    BuiltIn known = ALL.get(program.name());
    if (known == null) {
      throw new IllegalArgumentException(IoNames.unknown(program.name()));
    }
    return known.type.getName();
  }

  private boolean takes(String arg) {
    return args.contains(arg)
        || args.stream().anyMatch(name -> name.endsWith(".") && arg.startsWith(name));
  }

  private String takesNo(String name, String arg) {
    String what =
        args.isEmpty()
            ? "it takes none"
            : "it takes " + String.join(", ", args).replace("header.", "header.NAME");
    return name + " takes no --arg " + arg + ": " + what;
  }
}
