package io.muster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.muster.examples.LinkChecker.Broken;
import io.muster.examples.LinkChecker.Link;
import io.muster.examples.LinkChecker.Page;
import io.muster.examples.LinkChecker.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkCheckerTest {
  private final Map<String, String> site = new ConcurrentHashMap<>();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private HttpServer server;
  private String root;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    root = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    asked.merge(exchange.getRequestMethod() + " " + path, 1, Integer::sum);
    String page = site.get(path);
    byte[] body = (page == null ? "no" : page).getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(page == null ? 404 : 200, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static List<String> targets(String html) {
    return LinkChecker.links(new Page("http://a:1/d/p.html", html)).stream()
        .map(Link::target)
        .toList();
  }

  @Test
  void linksAreFoundOnceAndWithoutTheirFragments() {
    assertThat(
            targets(
                """
                <a href="q.html">q</a> <a class="x" href="q.html#there">q</a> <A HREF="/top?a=1&amp;b">t</A>
                <img src="../i.png" alt=""> <script src="s.js"></script> <link rel="x" href="c.css">
                """))
        .containsExactly(
            "http://a:1/d/q.html",
            "http://a:1/top?a=1&b",
            "http://a:1/i.png",
            "http://a:1/d/s.js",
            "http://a:1/d/c.css");
  }

  @Test
  void whatLeavesTheServerIsNotChecked() {
    assertThat(
            targets(
                """
                <a href="http://b/x.html">b</a> <a href="mailto:me@a">me</a> <a href="https://a:2/">2</a>
                """))
        .isEmpty();
  }

  @Test
  void whatIsNoAddressIsABrokenLink() throws Exception {
    assertThat(targets("<a href=\"q r.html\">q</a>")).containsExactly("q r.html");
    assertThat(LinkChecker.problem("q r.html").get()).isEqualTo("not an address");
  }

  @Test
  void thePipelinesStagesFindWhatIsBroken() throws Exception {
    site.put("a.html", "<a href=\"b.html\">b</a> <a href=\"gone.html\">gone</a>");
    site.put("b.html", "<a href=\"a.html\">a</a> <a href=\"gone.html#x\">gone</a>");
    List<Link> links = new ArrayList<>();
    for (String name : List.of("a.html", "b.html")) {
      Page page = LinkChecker.fetch(root + name).get();
      Map<String, Object> answer = Map.of("url", page.url(), "body", page.html(), "status", 200);
      links.addAll(new LinkChecker.Parse().run(answer, Arguments.NONE));
    }
    List<Target> targets = new LinkChecker.Distinct().reduce(links.stream(), Arguments.NONE);
    List<Broken> broken = new ArrayList<>();
    for (Target target : targets) {
      broken.addAll(
          new LinkChecker.Check().start(target, Arguments.NONE).toCompletableFuture().get());
    }
    Target gone = new Target(root + "gone.html", 2, root + "a.html");
    assertThat(broken).containsExactly(new Broken(gone, "status 404"));
    assertThat(asked).as("a link is asked for once").containsEntry("HEAD gone.html", 1);
  }

  @Test
  void aServerThatIsGoneIsNamed() throws Exception {
    server.stop(0);
    assertThat(LinkChecker.problem(root).get()).isEqualTo("ConnectException");
  }
}
