package io.muster.coordinator.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows in columns that fit the terminal. Where they don't, in this order: text is cut, an ellipsis
 * says so; cells take their brief form; text is cut further; columns are left out.
 */
final class Table {
  private static final int LEAST = 8;
  private static final int COMFORTABLE = 20;
  private static final String GAP = "  ";

  private final List<String> titles;
  private final List<List<Cell>> rows = new ArrayList<>();
  private Set<String> text;
  private List<String> leftOut = List.of();

  /** What stands in a column, in full and as short as it can be said. */
  record Cell(String full, String brief) {}

  Table(String... titles) {
    this.titles = List.of(titles);
    text = Set.of(titles);
    add((Object[]) titles);
  }

  /** The columns that may be cut; all, if nobody says. */
  Table cutting(String... columns) {
    text = Set.of(columns);
    return this;
  }

  /** The columns to do without, the least important first. */
  Table leavingOut(String... columns) {
    leftOut = List.of(columns);
    return this;
  }

  void add(Object... cells) {
    List<Cell> row = new ArrayList<>();
    for (Object cell : cells) {
      if (cell instanceof Cell both) {
        row.add(both);
      } else {
        String line = Text.oneLine(String.valueOf(cell));
        row.add(new Cell(line, line));
      }
    }
    rows.add(row);
  }

  void print(Surroundings to) throws IOException {
    for (String line : lines(to.outIsTerminal() ? to.width() : Integer.MAX_VALUE)) {
      to.print(line);
    }
  }

  List<String> lines(int width) {
    Layout layout = new Layout(new LinkedHashSet<>(titles), false, COMFORTABLE);
    if (!layout.fits(width)) {
      layout = new Layout(layout.columns, true, LEAST);
    }
    for (int i = 0; i < leftOut.size() && !layout.fits(width); i++) {
      Set<String> fewer = new LinkedHashSet<>(layout.columns);
      fewer.remove(leftOut.get(i));
      layout = new Layout(fewer, true, LEAST);
    }
    return layout.lines(width);
  }

  /** Which columns there are, and how their cells are said. */
  private final class Layout {
    private final Set<String> columns;
    private final boolean brief;
    private final int least;
    private final int[] widths = new int[titles.size()];

    /**
     * @param least how short text may be cut
     */
    Layout(Set<String> columns, boolean brief, int least) {
      this.columns = columns;
      this.brief = brief;
      this.least = least;
      for (List<Cell> row : rows) {
        for (int i = 0; i < widths.length; i++) {
          widths[i] = Math.max(widths[i], said(row.get(i)).length());
        }
      }
    }

    private String said(Cell cell) {
      return brief ? cell.brief : cell.full;
    }

    private boolean isThere(int column) {
      return columns.contains(titles.get(column));
    }

    private int leastOf(int column) {
      return text.contains(titles.get(column)) ? Math.min(least, widths[column]) : widths[column];
    }

    boolean fits(int width) {
      long narrowest = -GAP.length();
      for (int i = 0; i < widths.length; i++) {
        narrowest += isThere(i) ? leastOf(i) + GAP.length() : 0;
      }
      return narrowest <= width;
    }

    List<String> lines(int width) {
      shrink(width);
      List<String> lines = new ArrayList<>();
      for (List<Cell> row : rows) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
          if (isThere(i)) {
            String cell = Text.cut(said(row.get(i)), widths[i]);
            line.append(line.isEmpty() ? "" : GAP).append(cell);
            line.append(" ".repeat(widths[i] - cell.length()));
          }
        }
        lines.add(Text.cut(line.toString().stripTrailing(), width));
      }
      return lines;
    }

    /** The widest gives way. */
    private void shrink(int width) {
      long whole = -GAP.length();
      for (int i = 0; i < widths.length; i++) {
        whole += isThere(i) ? widths[i] + GAP.length() : 0;
      }
      while (whole > width) {
        int widest = -1;
        for (int i = 0; i < widths.length; i++) {
          if (isThere(i) && widths[i] > leastOf(i) && (widest < 0 || widths[i] > widths[widest])) {
            widest = i;
          }
        }
        if (widest < 0) {
          return;
        }
        widths[widest]--;
        whole--;
      }
    }
  }
}
