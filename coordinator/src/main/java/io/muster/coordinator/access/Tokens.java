package io.muster.coordinator.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.client.trust.Token;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that are let in, in a file of the data folder, by the SHA-256 of their secrets: those
 * are 256 random bits, which no slower hash would protect better. Any thread.
 */
public final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST = 10_000;
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Path file;
  private final Clock clock;
  private final GivenFile given;
  private volatile List<Entry> entries;

  @SuppressWarnings("ArrayRecordComponent")
  private record Entry(Holder holder, byte[] hash) {}

  private Tokens(Path file, Optional<Path> given, Clock clock) throws IOException {
    this.file = file;
    this.clock = clock;
    entries = read(file);
    this.given = new GivenFile(given);
  }

  /** Those in a file, none when there is no such file yet. */
  public static Tokens open(Path file, Clock clock) throws IOException {
    return new Tokens(file, Optional.empty(), clock);
  }

  /**
   * Those in a file, none when there is no such file yet, and those in another one.
   *
   * @param given such a file that somebody else writes ({@link #text}); looked at again every few
   *     seconds
   */
  public static Tokens open(Path file, Optional<Path> given, Clock clock) throws IOException {
    return new Tokens(file, given, clock);
  }

  /** What somebody else has written. */
  private static final class GivenFile {
    private final Optional<Path> path;
    private FileTime stamp = FileTime.fromMillis(0);
    private long lookedAt;
    private List<Entry> entries = List.of();

    GivenFile(Optional<Path> path) throws IOException {
      this.path = path;
      if (path.isPresent()) {
        stamp = Files.getLastModifiedTime(path.get());
        entries = read(path.get());
        lookedAt = System.nanoTime();
      }
    }

    synchronized List<Entry> entries() {
      if (path.isPresent() && System.nanoTime() - lookedAt > LOOK.toNanos()) {
        lookedAt = System.nanoTime();
        look(path.get());
      }
      return entries;
    }

    private void look(Path file) {
      try {
        FileTime now = Files.getLastModifiedTime(file);
        if (!now.equals(stamp)) {
          stamp = now;
          entries = read(file);
          LOG.info("{} tokens in {}", entries.size(), file);
        }
      } catch (IOException e) {
        LOG.warn("the tokens that were read before stay: {}", e.getMessage());
      }
    }
  }

  private List<Entry> all() {
    List<Entry> other = given.entries();
    if (other.isEmpty()) {
      return entries;
    }
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(other);
    return all;
  }

  /** Whose secret it is, if it is one that is let in now. */
  public Optional<Holder> holder(String secret) {
    byte[] hash = hash(secret);
    Entry found = null;
    for (Entry each : all()) { // all of them: how long it takes tells nothing
      found = MessageDigest.isEqual(each.hash(), hash) ? each : found;
    }
    return Optional.ofNullable(found)
        .map(Entry::holder)
        .filter(holder -> !holder.isExpired(clock.instant()));
  }

  /** Those that have not expired, the oldest first. */
  public List<Holder> list() {
    return all().stream()
        .map(Entry::holder)
        .filter(holder -> !holder.isExpired(clock.instant()))
        .toList();
  }

  /** A new token, and whose it is. */
  public record Created(Holder holder, Token token) {}

  /**
   * Makes a token; durable when it returns.
   *
   * @param name empty: one is made from the role
   * @param life null: for ever
   * @param fingerprint of the authority
   * @throws IllegalArgumentException when the name is taken, say
   */
  public synchronized Created create(
      Role role, String name, @Nullable Duration life, String createdBy, String fingerprint)
      throws IOException {
    List<Entry> kept = new ArrayList<>(entries);
    kept.removeIf(each -> each.holder().isExpired(clock.instant()));
    if (kept.size() >= MOST) {
      throw new IllegalArgumentException("there are " + MOST + " tokens already: revoke some");
    }
    List<Entry> taken = new ArrayList<>(kept);
    taken.addAll(given.entries());
    if (taken.stream().anyMatch(each -> each.holder().name().equals(name))) {
      throw new IllegalArgumentException(
          "there is a token '" + name + "' already: revoke it, or give another --name");
    }
    Token token = Token.create(role.text(), fingerprint);
    Instant now = Instant.ofEpochMilli(clock.millis());
    Holder holder =
        new Holder(
            name.isEmpty() ? free(role, taken) : name,
            role,
            now,
            Optional.ofNullable(life).map(now::plus),
            createdBy);
    kept.add(new Entry(holder, hash(token.secret())));
    write(kept);
    return new Created(holder, token);
  }

  private static String free(Role role, List<Entry> taken) {
    for (int i = 1; ; i++) {
      String name = role.text() + "-" + i;
      if (taken.stream().noneMatch(each -> each.holder().name().equals(name))) {
        return name;
      }
    }
  }

  /**
   * From when it returns the token is not let in any more; false when there was none.
   *
   * @throws IllegalArgumentException when it is not this coordinator's to revoke
   */
  public synchronized boolean revoke(String name) throws IOException {
    if (given.entries().stream().anyMatch(each -> each.holder().name().equals(name))) {
      throw new IllegalArgumentException(
          "token '" + name + "' is given by --tokens: take it out of that file");
    }
    List<Entry> kept = new ArrayList<>(entries);
    if (!kept.removeIf(each -> each.holder().name().equals(name))) {
      return false;
    }
    if (hasAdmin() && !hasAdmin(kept)) {
      throw new IllegalArgumentException(
          "'" + name + "' is the last token with the role admin: make another one first");
    }
    write(kept);
    return true;
  }

  /** Whether a token of this name is there, expired or not. */
  boolean isNamed(String name) {
    return all().stream().anyMatch(each -> each.holder().name().equals(name));
  }

  /** Whether somebody may make and revoke tokens. */
  boolean hasAdmin() {
    return hasAdmin(entries);
  }

  private boolean hasAdmin(List<Entry> own) {
    Instant now = clock.instant();
    return Stream.concat(own.stream(), given.entries().stream())
        .map(Entry::holder)
        .anyMatch(holder -> holder.role() == Role.ADMIN && !holder.isExpired(now));
  }

  /** Whether this one's token is neither revoked nor expired. */
  public boolean isLetIn(Holder holder) {
    return !holder.isExpired(clock.instant())
        && all().stream().anyMatch(each -> each.holder().equals(holder));
  }

  private void write(List<Entry> kept) throws IOException {
    PrivateFiles.write(file, written(kept));
    entries = List.copyOf(kept);
  }

  /** A file of these tokens, for {@link #open}: it has their hashes. */
  public static String text(List<Created> tokens) throws IOException {
    return written(
        tokens.stream()
            .map(each -> new Entry(each.holder(), hash(each.token().secret())))
            .toList());
  }

  private static String written(List<Entry> tokens) throws IOException {
    ObjectNode all = JSON.createObjectNode();
    for (Entry each : tokens) {
      Holder holder = each.holder();
      ObjectNode node = all.withArrayProperty("tokens").addObject();
      node.put("name", holder.name())
          .put("role", holder.role().text())
          .put("sha256", HexFormat.of().formatHex(each.hash()))
          .put("created", holder.created().toString())
          .put("createdBy", holder.createdBy());
      holder.expires().ifPresent(end -> node.put("expires", end.toString()));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }

  private static List<Entry> read(Path file) throws IOException {
    List<Entry> found = new ArrayList<>();
    try {
      for (JsonNode node : JSON.readTree(Files.readString(file)).path("tokens")) {
        String expires = node.path("expires").asText("");
        found.add(
            new Entry(
                new Holder(
                    node.path("name").asText(),
                    Role.parse(node.path("role").asText()),
                    Instant.parse(node.path("created").asText()),
                    expires.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(expires)),
                    node.path("createdBy").asText("")),
                HexFormat.of().parseHex(node.path("sha256").asText())));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not a list of tokens: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not a list of tokens: it is not UTF-8", e);
    } catch (RuntimeException e) {
      throw new IOException(file + " is not a list of tokens: " + e.getMessage(), e);
    }
    return List.copyOf(found);
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
