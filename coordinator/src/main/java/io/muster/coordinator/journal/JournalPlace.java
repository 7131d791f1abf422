package io.muster.coordinator.journal;

import java.nio.file.Path;

/** Where a journal is; printed without what may be a password. */
public sealed interface JournalPlace {
  /** The embedded one: a database file in the data folder, for one coordinator alone. */
  record Embedded(Path folder) implements JournalPlace {
    @Override
    public String url() {
      return EmbeddedDatabase.url(folder.resolve("journal"));
    }

    @Override
    public String toString() {
      return folder.resolve("journal").toString();
    }
  }

  /** A database of the user's: PostgreSQL, or an H2 that was set up with care. */
  record Shared(String url) implements JournalPlace {
    public Shared {
      if (!url.startsWith("jdbc:postgresql:") && !url.startsWith("jdbc:h2:")) {
        throw new IllegalArgumentException(
            "--journal takes the JDBC URL of a PostgreSQL database,"
                + " jdbc:postgresql://HOST/DATABASE, not '"
                + url
                + "'");
      }
    }

    @Override
    public String toString() {
      return url.replaceAll("[?;].*", "").replaceAll("//[^/@]*@", "//");
    }
  }

  /** As JDBC wants it. */
  String url();
}
