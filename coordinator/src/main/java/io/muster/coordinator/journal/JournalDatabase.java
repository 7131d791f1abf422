package io.muster.coordinator.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database behind the journal: its tables, its identity, and what Pekko Persistence has to know
 * of it. What Pekko Persistence does not do itself is done here on a thread and a connection of its
 * own.
 */
public final class JournalDatabase implements AutoCloseable {
  /** Of the tables and what is in them; a journal of a later one is refused. */
  static final int FORMAT = 1;

  private static final Logger LOG = LoggerFactory.getLogger(JournalDatabase.class);

  private final Connection connection;
  private final JournalId id;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "muster-journal");
            made.setDaemon(true);
            return made;
          });

  private JournalDatabase(Connection connection, JournalId id) {
    this.connection = connection;
    this.id = id;
  }

  /** Opens it, and makes what is missing. Blocks. */
  public static JournalDatabase open(JournalPlace place) throws JournalRefused {
    Engine engine = Engine.of(place);
    Connection connection;
    try {
      connection = DriverManager.getConnection(place.url());
    } catch (SQLException e) {
      throw new JournalRefused(engine.refusal(place, e), e);
    }
    try {
      engine.check(connection);
      return new JournalDatabase(connection, prepare(connection, engine));
    } catch (SQLException e) {
      close(connection);
      throw new JournalRefused(
          "the journal " + place + " cannot be used: " + Engine.firstLine(e), e);
    } catch (JournalRefused e) {
      close(connection);
      throw e;
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing the journal", e);
    }
  }

  private static JournalId prepare(Connection connection, Engine engine)
      throws SQLException, JournalRefused {
    try (Statement statement = connection.createStatement()) {
      for (String table : Schema.tables(engine.bytes())) {
        statement.execute(table);
      }
    }
    Map<String, String> known = names(connection);
    String format = known.getOrDefault("format", Integer.toString(FORMAT));
    if (!format.equals(Integer.toString(FORMAT))) {
      throw new JournalRefused(
          "the journal has format "
              + format
              + ", this coordinator reads format "
              + FORMAT
              + ": use the coordinator that wrote it, or another journal");
    }
    if (!known.containsKey("id")) {
      insert(connection, "format", Integer.toString(FORMAT));
      insert(connection, "id", UUID.randomUUID().toString());
    }
    return new JournalId(names(connection).getOrDefault("id", ""));
  }

  private static Map<String, String> names(Connection connection) throws SQLException {
    Map<String, String> values = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT \"name\", \"value\" FROM \"muster_journal\"")) {
      while (rows.next()) {
        values.put(rows.getString(1), rows.getString(2));
      }
    }
    return values;
  }

  /** If another coordinator was faster, its value stands. */
  private static void insert(Connection connection, String name, String value) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO \"muster_journal\" VALUES (?, ?)")) {
      insert.setString(1, name);
      insert.setString(2, value);
      insert.executeUpdate();
    } catch (SQLException e) {
      String state = e.getSQLState();
      if (state == null || !state.startsWith("23")) {
        throw e;
      }
    }
  }

  /**
   * What the actor system that runs the journal has to be configured with. Needs no open journal.
   */
  public static Config settings(JournalPlace place) {
    Config plugin =
        ConfigFactory.parseResources(JournalDatabase.class, "journal.conf")
            .withValue("muster-journal.url", ConfigValueFactory.fromAnyRef(place.url()))
            .withValue(
                "muster-journal.profile",
                ConfigValueFactory.fromAnyRef(Engine.of(place).profile()));
    return plugin.resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true));
  }

  public JournalId id() {
    return id;
  }

  /** Which records up to {@code last} opened epochs. */
  CompletionStage<Epochs> epochs(long last) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  """
                  SELECT "sequence_number" FROM "event_journal"
                  WHERE "persistence_id" = ? AND "sequence_number" <= ?
                    AND "event_ser_manifest" LIKE 'opens-%' ORDER BY "sequence_number"
                  """)) {
            select.setString(1, JournalWriter.STREAM);
            select.setLong(2, last);
            LongStream.Builder firsts = LongStream.builder();
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                firsts.add(rows.getLong(1));
              }
            }
            return new Epochs(firsts.build().toArray(), last);
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        },
        thread);
  }

  /**
   * Deletes, later, the records below {@code until}, except those that opened an epoch: as long as
   * these are there, an earlier epoch's next write finds its number taken, however late it comes.
   */
  void trim(long until) {
    thread.execute(
        () -> {
          try (PreparedStatement delete =
              connection.prepareStatement(
                  """
                  DELETE FROM "event_journal"
                  WHERE "persistence_id" = ? AND "sequence_number" < ?
                    AND "event_ser_manifest" NOT LIKE 'opens-%'
                  """)) {
            delete.setString(1, JournalWriter.STREAM);
            delete.setLong(2, until);
            delete.executeUpdate();
          } catch (SQLException e) {
            LOG.warn("records below {} stay until the next snapshot", until, e);
          }
        });
  }

  /** To be called when the actor system has ended. */
  @Override
  public void close() {
    CompletableFuture.runAsync(() -> close(connection), thread).join();
    thread.shutdown();
  }
}
