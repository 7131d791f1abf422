package io.muster.worker.access;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.Token;
import io.muster.node.http.Answer;
import io.muster.node.http.HttpGuard;
import io.muster.node.http.HttpRequest;
import io.muster.worker.wire.Api;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A worker's metrics are for those whose token the coordinator lets read, and for loopback. It is
 * asked once a minute for each token, one at a time.
 */
public final class MetricsGuard implements HttpGuard {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int TOKENS = 100;
  private static final String BEARER = "Bearer ";

  private final WorkerAccess access;
  private final Api api;
  private final Map<String, Seen> seen =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
          return size() > TOKENS;
        }
      };

  private record Seen(boolean mayRead, long at) {}

  public MetricsGuard(WorkerAccess access, Api api) {
    this.access = access;
    this.api = api;
  }

  @Override
  public Optional<SSLContext> tls() {
    return Optional.of(access.identity().server());
  }

  @Override
  public Optional<Answer> instead(HttpRequest request) {
    if (request.from().isLoopbackAddress()) {
      return Optional.empty();
    }
    String shown = request.header("authorization");
    try {
      return shown.startsWith(BEARER)
              && mayRead(Token.parse(shown.substring(BEARER.length())), System.nanoTime())
          ? Optional.empty()
          : Optional.of(refusal());
    } catch (IllegalArgumentException e) {
      return Optional.of(refusal());
    }
  }

  private synchronized boolean mayRead(Token token, long now) {
    if (!isOfThisCluster(token)) {
      return false;
    }
    Seen before = seen.get(token.secret());
    if (before == null || now - before.at() > MINUTE_NANOS) {
      before = new Seen(api.mayRead(token), now);
      seen.put(token.secret(), before);
    }
    return before.mayRead();
  }

  private boolean isOfThisCluster(Token token) {
    return access.identity().isThere()
        && Authorities.fingerprint(access.identity().credentials().root())
            .equals(token.fingerprint());
  }

  private static Answer refusal() {
    return Answer.text(401, "a token is needed: Authorization: Bearer TOKEN");
  }
}
