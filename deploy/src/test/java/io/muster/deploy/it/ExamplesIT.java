package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples that wait, as a user starts them: on {@code Muster.local}. */
class ExamplesIT {
  @TempDir Path folder;

  private List<String> run(String example, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                MusterCluster.java(),
                "-Dmuster.cache=" + ClassArchive.cache(),
                "-cp",
                MusterCluster.jar("muster.examples.jar")
                    + File.pathSeparator
                    + MusterCluster.jar("muster.local.jar"),
                "io.muster.examples." + example));
    command.addAll(List.of(arguments));
    RunningProcess process = RunningProcess.start(example, RunningProcess.builder(folder, command));
    assertThat(process.awaitExit()).as("%s %s", process.out(), process.err()).isZero();
    return process.out();
  }

  @Test
  void gatherGivesBothResults() {
    assertThat(run("GatherExample")).containsExactly("[one, two]");
  }

  @Test
  void threadsPrintHere() {
    assertThat(run("ThreadsExample")).containsExactlyInAnyOrder("one has waited", "two has waited");
  }

  @Test
  void theLinkCheckerFindsTheBrokenLink() throws IOException {
    Map<String, String> site =
        Map.of(
            "/a.html", "<a href=\"b.html\">b</a> <a href=\"gone.html\">gone</a>",
            "/b.html", "<a href=\"a.html\">a</a> <a href=\"gone.html#x\">gone</a>");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, site));
    server.start();
    try {
      String root = "http://127.0.0.1:" + server.getAddress().getPort();
      Path pages =
          Files.write(folder.resolve("pages"), List.of(root + "/a.html", root + "/b.html"));
      for (String program : List.of("LinkChecker", "LinkCheckerByHand")) {
        assertThat(run(program, pages.toString()))
            .satisfies(
                lines ->
                    assertThat(lines.get(0))
                        .startsWith(root + "/gone.html: status 404, on 2 pages"),
                lines -> assertThat(lines.get(1)).isEqualTo("2 pages, 3 links, 1 broken"))
            .hasSize(2);
      }
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, Map<String, String> site) throws IOException {
    String page = site.get(exchange.getRequestURI().getPath());
    byte[] body = (page == null ? "no" : page).getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(page == null ? 404 : 200, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
