package io.muster.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.coordinator.access.Security;
import io.muster.coordinator.access.TlsSettings;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Texts;
import io.muster.node.http.HttpRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown over HTTP by who has no token: header, cookie, the form's body. */
class TokenGuardFuzzTest {
  @TempDir private Path folder;

  @Test
  void nobodyWithoutATokenIsLetIn() throws Exception {
    TokenGuard guard =
        new TokenGuard(
            Security.open(
                folder,
                new TlsSettings(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Duration.ofDays(1),
                    Duration.ofDays(9)),
                "127.0.0.1"));
    InetAddress here = InetAddress.getLoopbackAddress();
    Fuzz.feed(
        "HTTP headers, cookies and log-ins",
        Texts.of(
            List.of(
                "Bearer muster1.read." + "A".repeat(43) + "." + "A".repeat(43),
                "token=muster1.read.x.y&token=%zz",
                "muster=abc; muster=def"),
            List.of("Bearer ", "token=", "muster=", ";", "&", "%", "%00", "+")),
        bytes -> {
          String text = new String(bytes, StandardCharsets.UTF_8);
          Map<String, String> headers = Map.of("authorization", text, "cookie", text);
          assertThat(guard.instead(new HttpRequest("GET", "/", headers, here, new byte[0])))
              .isPresent();
          assertThat(
                  guard
                      .instead(new HttpRequest("POST", "/login", headers, here, bytes))
                      .orElseThrow()
                      .status())
              .isIn(200, 401, 429);
        });
  }
}
