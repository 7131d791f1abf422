package io.muster.coordinator.journal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.mvstore.MVStoreException;

/** The kinds of database a journal can be in, and what differs between them. */
enum Engine {
  H2("VARBINARY", "slick.jdbc.H2Profile$") {
    @Override
    void check(Connection connection) throws SQLException, JournalRefused {
      String delay =
          value(
              connection,
              "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS"
                  + " WHERE SETTING_NAME = 'WRITE_DELAY'");
      if (!delay.equals("0")) {
        throw new JournalRefused(
            "the journal would lose what it acknowledged when the process is killed: its URL has to"
                + " say WRITE_DELAY=0, not "
                + delay);
      }
    }

    @Override
    String refusal(JournalPlace place, SQLException e) {
      if (e.getErrorCode() == IN_USE) {
        return "the journal " + place + " is in use by another coordinator";
      }
      return isDamaged(e)
          ? "the journal "
              + place
              + " is damaged: restore a copy of the data folder, or start with another --data ("
              + firstLine(e)
              + ")"
          : "the journal " + place + " cannot be opened: " + firstLine(e);
    }

    /** H2 calls it an I/O error, too, when what it reads makes no sense. */
    private boolean isDamaged(SQLException e) {
      return e.getErrorCode() == CORRUPTED
          || (e.getErrorCode() == IO_ERROR && e.getCause() instanceof MVStoreException);
    }
  },

  POSTGRESQL("BYTEA", "slick.jdbc.PostgresProfile$") {
    @Override
    void check(Connection connection) throws SQLException, JournalRefused {
      if (value(connection, "SHOW synchronous_commit").equals("off")) {
        throw new JournalRefused(
            "the journal would lose what it acknowledged: synchronous_commit is off");
      }
    }

    @Override
    String refusal(JournalPlace place, SQLException e) {
      return "the journal " + place + " cannot be reached: " + firstLine(e);
    }
  };

  /** H2's error code for a file that another process has locked. */
  private static final int IN_USE = 90020;

  private static final int IO_ERROR = 90028;
  private static final int CORRUPTED = 90030;

  private final String bytes;
  private final String profile;

  Engine(String bytes, String profile) {
    this.bytes = bytes;
    this.profile = profile;
  }

  static Engine of(JournalPlace place) {
    return place.url().startsWith("jdbc:h2:") ? H2 : POSTGRESQL;
  }

  /** The type of a column of bytes. */
  String bytes() {
    return bytes;
  }

  /** What Slick calls it. */
  String profile() {
    return profile;
  }

  /** Whether it keeps what it acknowledges. */
  abstract void check(Connection connection) throws SQLException, JournalRefused;

  /** Why it can't be opened, in a line. */
  abstract String refusal(JournalPlace place, SQLException e);

  static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static String value(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }
}
