package io.muster.coordinator.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Lines at the end of a terminal that are painted over and over again. One thread at a time. */
final class LiveLines {
  private final PrintStream terminal;
  private List<Integer> lengths = new ArrayList<>();

  LiveLines(PrintStream terminal) {
    this.terminal = terminal;
  }

  /** Paints these in the place of those before; the cursor stays behind the last one. */
  void paint(List<String> lines) {
    StringBuilder painted = new StringBuilder(toTheFirst());
    List<Integer> now = new ArrayList<>();
    for (int i = 0; i < Math.max(lines.size(), lengths.size()); i++) {
      String line = i < lines.size() ? lines.get(i) : "";
      int before = i < lengths.size() ? lengths.get(i) : 0;
      painted.append(i == 0 ? "" : "\n").append(line);
      painted.append(" ".repeat(Math.max(0, before - line.length())));
      now.add(line.length());
    }
    terminal.print(painted);
    terminal.flush();
    lengths = now;
  }

  private String toTheFirst() {
    return "\r" + (lengths.size() > 1 ? "\u001b[" + (lengths.size() - 1) + "A" : "");
  }

  /** Removes them; what is printed next stands where the first was. */
  void wipe() {
    if (!lengths.isEmpty()) {
      paint(List.of());
      terminal.print(toTheFirst());
      terminal.flush();
      lengths = new ArrayList<>();
    }
  }

  /** Leaves them as they are; what is printed next stands below. */
  void leave() {
    terminal.println();
    lengths = new ArrayList<>();
  }
}
