package io.muster.coordinator.access;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.NodeMark;
import io.muster.client.trust.Token;
import io.muster.node.tls.CredentialFiles;
import io.muster.node.tls.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a coordinator that lets in only whom it knows is secured by: its certificate, the authority
 * behind it, and the tokens. Any thread.
 */
public final class Security {
  private static final Logger LOG = LoggerFactory.getLogger(Security.class);
  private static final Duration LOOK = Duration.ofMinutes(1);

  private final NodeIdentity identity = new NodeIdentity();
  private final Throttle throttle = new Throttle();
  private final AuditedRefusals refusals = new AuditedRefusals();
  private final TlsSettings settings;
  private final String host;
  private final Tokens tokens;
  private final Optional<Authority> authority;

  private Security(
      TlsSettings settings, String host, Tokens tokens, Optional<Authority> authority) {
    this.settings = settings;
    this.host = host;
    this.tokens = tokens;
    this.authority = authority;
  }

  /**
   * Reads it from a data folder, and makes there what is missing: an authority, the first token.
   *
   * @param host the address that others reach this coordinator by
   * @throws IOException with a line for the one who starts it
   */
  public static Security open(Path data, TlsSettings settings, String host) throws IOException {
    Path folder = PrivateFiles.folder(data.resolve("access"));
    Tokens tokens = opened(folder.resolve("tokens.json"), settings.tokens());
    Security security = new Security(settings, host, tokens, authority(folder, settings));
    security.identify();
    security.firstToken(data.resolve("admin.token"));
    return security;
  }

  private static Tokens opened(Path file, Optional<Path> given) throws IOException {
    if (given.isPresent() && !Files.isReadable(given.get())) {
      throw new IOException("--tokens: no such file: " + given.get());
    }
    return Tokens.open(file, given, Clock.systemUTC());
  }

  private static Optional<Authority> authority(Path folder, TlsSettings settings)
      throws IOException {
    Optional<CredentialFiles> brought = settings.files();
    if (brought.isEmpty()) {
      return Optional.of(Authority.in(folder, Instant.now()));
    }
    return settings.caKey().isEmpty()
        ? Optional.empty()
        : Optional.of(Authority.of(brought.get().ca(), settings.caKey().get()));
  }

  private void identify() throws IOException {
    if (settings.files().isPresent()) {
      identity.replace(settings.files().get().read(NodeMark.COORDINATOR));
      settings.files().get().follow(NodeMark.COORDINATOR, identity);
      return;
    }
    renew();
    Thread renewing = new Thread(this::renewAgain, "renewal");
    renewing.setDaemon(true);
    renewing.start();
  }

  private void renew() throws IOException {
    List<String> names = new ArrayList<>(settings.names());
    names.addAll(List.of(host, "localhost", "127.0.0.1", "::1"));
    try {
      identity.replace(
          authority.orElseThrow().coordinator(names, settings.ownLife(), Instant.now()));
    } catch (CertificateException e) {
      throw new IOException("the authority cannot be used: " + e.getMessage(), e);
    }
  }

  private void renewAgain() {
    while (true) {
      try {
        Thread.sleep(Math.min(LOOK.toMillis(), settings.ownLife().toMillis() / 10));
        if (Instant.now().isAfter(identity.credentials().renewal())) {
          renew();
        }
      } catch (IOException e) {
        LOG.error("this coordinator's certificate cannot be renewed", e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Also after another authority took the place of the one whose fingerprint the token has. */
  private void firstToken(Path file) throws IOException {
    boolean there = Files.exists(file);
    if (!tokens.hasAdmin() && (there || settings.tokens().isEmpty())) {
      boolean taken = tokens.isNamed("admin");
      Tokens.Created first =
          tokens.create(Role.ADMIN, taken ? "" : "admin", null, "", fingerprint());
      PrivateFiles.write(file, first.token().text() + "\n");
      if (there) {
        LOG.warn("no token with the role admin was left: a new one is in {}", file);
      }
    } else if (there) {
      Token old = parsed(file);
      if (!old.fingerprint().equals(fingerprint())) {
        Token now = new Token(old.role(), old.secret(), fingerprint());
        PrivateFiles.write(file, now.text() + "\n");
      }
    }
  }

  private static Token parsed(Path file) throws IOException {
    try {
      return Token.parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is " + e.getMessage(), e);
    }
  }

  public NodeIdentity identity() {
    return identity;
  }

  public Tokens tokens() {
    return tokens;
  }

  public AuditedRefusals refusals() {
    return refusals;
  }

  public Throttle throttle() {
    return throttle;
  }

  /** The address that others reach this coordinator by. */
  public String host() {
    return host;
  }

  /** Of the authority that stands behind this coordinator now. */
  public String fingerprint() {
    return Authorities.fingerprint(identity.credentials().root());
  }

  /** Whether a node with this valid certificate may connect: its token may have been revoked. */
  public boolean isWelcome(X509Certificate node) {
    return NodeMark.uris(node).stream()
        .filter(uri -> uri.startsWith(NodeMark.TOKEN))
        .allMatch(uri -> isValid(uri.substring(NodeMark.TOKEN.length())));
  }

  private boolean isValid(String key) {
    return tokens.list().stream().anyMatch(holder -> holder.key().equals(key));
  }

  /**
   * A certificate for a worker; empty when this coordinator has no authority's key.
   *
   * @return the worker's own first, its authority's last
   * @throws IllegalArgumentException when the request is none
   */
  public Optional<List<X509Certificate>> certificate(
      Holder worker, byte[] publicKey, byte[] proof) {
    return authority.map(
        by ->
            List.of(
                by.worker(
                    ProvenKey.of(publicKey, proof),
                    worker.key(),
                    settings.workerLife(),
                    Instant.now()),
                by.certificate()));
  }
}
