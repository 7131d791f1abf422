package io.muster.worker.tasks;

import io.muster.protocol.IoNames;
import io.muster.protocol.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A built-in task.
 *
 * @param type its class
 * @param args what {@code --arg} may say; a name that ends with a dot stands for all that begin so
 */
public record BuiltIn(Class<?> type, Map<String, Value> args) {
  /** What an argument has to be; throws what is wrong with it in one line. */
  @FunctionalInterface
  private interface Value {
    Value ANY = (name, text) -> {};

    void check(String name, String text);
  }

  private static final Map<String, Value> OF_HTTP =
      Map.of(
          "timeout",
          Args::time,
          "redirects",
          Args::number,
          "max-size",
          Args::bytes,
          "save",
          Args::folder,
          "fail-on",
          Args::statuses,
          "header.",
          Value.ANY);

  private static final Map<String, BuiltIn> ALL =
      Map.of(
          "http-get",
          new BuiltIn(HttpGet.class, OF_HTTP),
          "http-post",
          new BuiltIn(HttpPost.class, with(OF_HTTP, "body", "content-type")),
          "tcp-check",
          new BuiltIn(TcpCheck.class, Map.of("timeout", Args::time)),
          "file-stat",
          new BuiltIn(FileStat.class, Map.of()),
          "file-hash",
          new BuiltIn(FileHash.class, Map.of()),
          "sleep",
          new BuiltIn(Sleep.class, Map.of("millis", Args::number)));

  private static Map<String, Value> with(Map<String, Value> some, String... more) {
    Map<String, Value> all = new HashMap<>(some);
    for (String name : more) {
      all.put(name, Value.ANY);
    }
    return Map.copyOf(all);
  }

  /** Why there is no such task, or not with these arguments: one line; empty if there is. */
  public static Optional<String> refusal(Program.Io program) {
    BuiltIn known = ALL.get(program.name());
    if (known == null) {
      return Optional.of(IoNames.unknown(program.name()));
    }
    return new TreeMap<>(program.args())
        .entrySet().stream()
            .map(arg -> known.refusal(program.name(), arg.getKey(), arg.getValue()))
            .filter(refusal -> !refusal.isEmpty())
            .findFirst();
  }

  /** The class of a task that is not refused. */
  public static String className(Program.Io program) {
    BuiltIn known = ALL.get(program.name());
    if (known == null) {
      throw new IllegalArgumentException(IoNames.unknown(program.name()));
    }
    return known.type.getName();
  }

  private String refusal(String task, String arg, String text) {
    for (Map.Entry<String, Value> known : args.entrySet()) {
      String name = known.getKey();
      if (name.equals(arg) || (name.endsWith(".") && arg.startsWith(name))) {
        return refusal(known.getValue(), arg, text);
      }
    }
    String what =
        args.isEmpty()
            ? "it takes none"
            : "it takes "
                + String.join(", ", new TreeSet<>(args.keySet())).replace("header.", "header.NAME");
    return task + " takes no --arg " + arg + ": " + what;
  }

  private static String refusal(Value wanted, String arg, String text) {
    try {
      wanted.check(arg, text);
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
