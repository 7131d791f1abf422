package io.muster.coordinator.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rows in columns that fit the terminal: the widest column gives way, an ellipsis says so. */
final class Table {
  private static final int LEAST = 8;
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... titles) {
    rows.add(List.of(titles));
  }

  void add(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(Text.oneLine(String.valueOf(cell)));
    }
    rows.add(row);
  }

  void print(Surroundings to) throws IOException {
    for (String line : lines(to.outIsTerminal() ? to.width() : Integer.MAX_VALUE)) {
      to.print(line);
    }
  }

  List<String> lines(int width) {
    int[] widths = widths();
    shrink(widths, width);
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(i == 0 ? "" : GAP).append(fitted(row.get(i), widths[i]));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private int[] widths() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static void shrink(int[] widths, int width) {
    long whole = (long) GAP.length() * (widths.length - 1);
    for (int each : widths) {
      whole += each;
    }
    while (whole > width) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= LEAST) {
        return;
      }
      widths[widest]--;
      whole--;
    }
  }

  private static String fitted(String cell, int width) {
    return cell.length() > width
        ? cell.substring(0, width - 1) + "…"
        : cell + " ".repeat(width - cell.length());
  }
}
