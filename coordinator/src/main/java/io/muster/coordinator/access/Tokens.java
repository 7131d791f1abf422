package io.muster.coordinator.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.client.trust.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are let in, in a file of the data folder, by the SHA-256 of their secrets: those
 * are 256 random bits, which no slower hash would protect better. Any thread.
 */
public final class Tokens {
  private static final int MOST = 10_000;

  private final Path file;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private volatile List<Entry> entries;

  @SuppressWarnings("ArrayRecordComponent")
  private record Entry(Holder holder, byte[] hash) {}

  private Tokens(Path file, Clock clock) throws IOException {
    this.file = file;
    this.clock = clock;
    entries = read();
  }

  /** Those in a file, none when there is no such file yet. */
  public static Tokens open(Path file, Clock clock) throws IOException {
    return new Tokens(file, clock);
  }

  /** Whose secret it is, if it is one that is let in now. */
  public Optional<Holder> holder(String secret) {
    byte[] hash = hash(secret);
    Entry found = null;
    for (Entry each : entries) { // all of them: how long it takes tells nothing
      found = MessageDigest.isEqual(each.hash(), hash) ? each : found;
    }
    return Optional.ofNullable(found)
        .map(Entry::holder)
        .filter(holder -> !holder.isExpired(clock.instant()));
  }

  /** Those that have not expired, the oldest first. */
  public List<Holder> list() {
    return entries.stream()
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
    if (kept.stream().anyMatch(each -> each.holder().name().equals(name))) {
      throw new IllegalArgumentException(
          "there is a token '" + name + "' already: revoke it, or give another --name");
    }
    Token token = Token.create(role.text(), fingerprint);
    Instant now = Instant.ofEpochMilli(clock.millis());
    Holder holder =
        new Holder(
            name.isEmpty() ? free(role, kept) : name,
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

  /** From when it returns the token is not let in any more; false when there was none. */
  public synchronized boolean revoke(String name) throws IOException {
    List<Entry> kept = new ArrayList<>(entries);
    if (!kept.removeIf(each -> each.holder().name().equals(name))) {
      return false;
    }
    write(kept);
    return true;
  }

  private void write(List<Entry> kept) throws IOException {
    ObjectNode all = json.createObjectNode();
    for (Entry each : kept) {
      Holder holder = each.holder();
      ObjectNode node = all.withArrayProperty("tokens").addObject();
      node.put("name", holder.name())
          .put("role", holder.role().text())
          .put("sha256", HexFormat.of().formatHex(each.hash()))
          .put("created", holder.created().toString())
          .put("createdBy", holder.createdBy());
      holder.expires().ifPresent(end -> node.put("expires", end.toString()));
    }
    PrivateFiles.write(file, json.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
    entries = List.copyOf(kept);
  }

  private List<Entry> read() throws IOException {
    List<Entry> found = new ArrayList<>();
    try {
      for (JsonNode node : json.readTree(Files.readString(file)).path("tokens")) {
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
    } catch (JsonProcessingException | RuntimeException e) {
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
