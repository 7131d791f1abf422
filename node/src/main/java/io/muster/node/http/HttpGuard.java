package io.muster.node.http;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Who is let in over HTTP, and how. Asked for all but {@code /healthz} and {@code /readyz}, which
 * tell nothing that an open port does not.
 */
public interface HttpGuard {
  /** Lets everybody in, in plain text; only reads are answered. */
  HttpGuard NONE =
      new HttpGuard() {
        @Override
        public Optional<SSLContext> tls() {
          return Optional.empty();
        }

        @Override
        public Optional<Answer> instead(HttpRequest request) {
          return Optional.empty();
        }
      };

  /** What to serve with; empty: plain text. */
  Optional<SSLContext> tls();

  /** What is answered instead of the page; empty: the page, which may be read. */
  Optional<Answer> instead(HttpRequest request);
}
