package io.muster.coordinator.journal;

import java.nio.file.Path;

/** Where a journal is. */
public sealed interface JournalPlace {
  /** The embedded one: a database file in the data folder, for one coordinator alone. */
  record Embedded(Path folder) implements JournalPlace {
    @Override
    public String url() {
      return H2.url(folder.resolve("journal"));
    }
  }

  /** A database of the user's, named by its JDBC URL: PostgreSQL, or an H2 of another place. */
  record Shared(String url) implements JournalPlace {}

  String url();
}
