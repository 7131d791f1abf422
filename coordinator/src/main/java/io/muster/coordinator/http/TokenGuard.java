package io.muster.coordinator.http;

import io.muster.client.trust.Token;
import io.muster.coordinator.access.Holder;
import io.muster.coordinator.access.Role;
import io.muster.coordinator.access.Security;
import io.muster.node.http.Answer;
import io.muster.node.http.HttpGuard;
import io.muster.node.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who shows a token that may read: Prometheus as {@code Authorization: Bearer}, people by a
 * form, which gives their browser a random name for twelve hours. A name is good as long as its
 * token is.
 */
public final class TokenGuard implements HttpGuard {
  private static final Logger AUDIT = LoggerFactory.getLogger("muster.audit");
  private static final String BEARER = "Bearer ";
  private static final String COOKIE = "muster=";
  private static final String FIELD = "token=";
  private static final Duration VISIT = Duration.ofHours(12);
  private static final int VISITS = 1_000;
  private static final int NAME_BYTES = 32;

  private final Security security;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Visit> visits =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Visit> eldest) {
          return size() > VISITS;
        }
      };

  private record Visit(String secret, long until) {}

  public TokenGuard(Security security) {
    this.security = security;
  }

  @Override
  public Optional<SSLContext> tls() {
    return Optional.of(security.identity().server());
  }

  @Override
  public Optional<Answer> instead(HttpRequest request) {
    if (request.path().equals("/login")) {
      return Optional.of(request.method().equals("POST") ? login(request) : form(200, ""));
    }
    if (mayRead(secret(request)).isPresent()) {
      return Optional.empty();
    }
    boolean shown = !request.header("authorization").isEmpty();
    if (shown && !isWithin(request)) {
      return Optional.of(Answer.text(429, "too many requests without a valid token"));
    }
    return Optional.of(
        request.path().equals("/")
            ? form(401, "")
            : Answer.text(401, "a token is needed: Authorization: Bearer TOKEN, or /login"));
  }

  private Optional<Holder> mayRead(String secret) {
    return security.tokens().holder(secret).filter(holder -> holder.role() != Role.WORKER);
  }

  /** Of the header, or of the visit that the cookie names; else empty, which is nobody's. */
  private String secret(HttpRequest request) {
    String authorization = request.header("authorization");
    if (authorization.startsWith(BEARER)) {
      return parsed(authorization.substring(BEARER.length()));
    }
    for (String each : request.header("cookie").split(";", -1)) {
      if (each.strip().startsWith(COOKIE)) {
        return visit(each.strip().substring(COOKIE.length()));
      }
    }
    return "";
  }

  private static String parsed(String token) {
    try {
      return Token.parse(token).secret();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private synchronized String visit(String name) {
    Visit visit = visits.get(name);
    return visit == null || System.nanoTime() - visit.until() > 0 ? "" : visit.secret();
  }

  private Answer login(HttpRequest request) {
    String body = new String(request.body(), StandardCharsets.UTF_8);
    String secret = "";
    for (String field : body.split("&", -1)) {
      if (field.startsWith(FIELD)) {
        secret = parsed(decoded(field.substring(FIELD.length())));
      }
    }
    Optional<Holder> holder = mayRead(secret);
    if (holder.isEmpty()) {
      return isWithin(request)
          ? form(401, "That is not a valid token that may read.")
          : Answer.text(429, "too many tries");
    }
    AUDIT.info(
        "{} ({}) logged in from {}",
        holder.get().name(),
        holder.get().role().text(),
        request.from().getHostAddress());
    String cookie =
        COOKIE
            + begin(secret)
            + "; Path=/; Max-Age="
            + VISIT.toSeconds()
            + "; Secure; HttpOnly; SameSite=Strict";
    return new Answer(
        303,
        "text/plain; charset=utf-8",
        new byte[0],
        Map.of("Location", "/", "Set-Cookie", cookie));
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private synchronized String begin(String secret) {
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    visits.put(text, new Visit(secret, System.nanoTime() + VISIT.toNanos()));
    return text;
  }

  private boolean isWithin(HttpRequest request) {
    String address = request.from().getHostAddress();
    boolean within = security.throttle().failed(address, System.nanoTime());
    if (within) {
      security.refusals().refused(address, "not a valid token (HTTP)");
    }
    return within;
  }

  private static Answer form(int status, String said) {
    try (InputStream page = TokenGuard.class.getResourceAsStream("login.html")) {
      if (page == null) {
        throw new UncheckedIOException(new IOException("login.html is not in the jar"));
      }
      String text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(
          status,
          "text/html; charset=utf-8",
          text.replace("{said}", said).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
