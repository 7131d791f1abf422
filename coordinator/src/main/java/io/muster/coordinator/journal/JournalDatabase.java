package io.muster.coordinator.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.sql.SQLException;
import java.util.Map;

/**
 * The database behind the journal: its tables, its identity, and what Pekko Persistence has to know
 * of it.
 */
public final class JournalDatabase implements AutoCloseable {
  private final JournalPlace place;
  private final JournalId id;

  private JournalDatabase(JournalPlace place, JournalId id) {
    this.place = place;
    this.id = id;
  }

  /** Opens it, and makes what is missing. Blocks. */
  public static JournalDatabase open(JournalPlace place) throws JournalRefused {
    throw new JournalRefused("not yet");
  }

  /**
   * What the actor system that runs the journal has to be configured with. Needs no open journal.
   */
  public static Config settings(JournalPlace place) {
    return ConfigFactory.parseMap(Map.of("jdbc-journal.slick.db.url", place.url()));
  }

  public JournalId id() {
    return id;
  }

  /** Which records up to {@code last} opened epochs. */
  Epochs epochs(long last) throws SQLException {
    return new Epochs(new long[0], last);
  }

  /** Deletes, later, the records below {@code until}, except those that opened an epoch. */
  void trim(long until) {}

  @Override
  public void close() {}
}
