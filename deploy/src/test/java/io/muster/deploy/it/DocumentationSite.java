package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.swing.text.MutableAttributeSet;
import javax.swing.text.html.HTML;
import javax.swing.text.html.HTMLEditorKit.ParserCallback;
import javax.swing.text.html.parser.ParserDelegator;

/**
 * The Javadoc of {@code io.muster.api} on a web server, without two of its pages; and its links as
 * another parser of HTML and the file system know them.
 */
final class DocumentationSite implements AutoCloseable {
  private final Path folder;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final List<Path> files;

  /** For each address within the site, on how many pages it stands. */
  private final Map<String, Integer> links = new TreeMap<>();

  private DocumentationSite(Path folder) throws IOException {
    this.folder = folder;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(file -> file.toString().endsWith(".html")).sorted().toList();
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    for (Path page : files) {
      linksOf(page).forEach(link -> links.merge(link, 1, Integer::sum));
    }
  }

  static DocumentationSite serve(Path folder) throws IOException {
    Path sources = MusterCluster.jar("muster.client.jar").resolve("../../src/main/java");
    ToolProvider javadoc = ToolProvider.findFirst("javadoc").orElseThrow();
    int code =
        javadoc.run(
            System.out,
            System.err,
            "-quiet",
            "-Xdoclint:none",
            "-notimestamp",
            "-d",
            folder.toString(),
            "-sourcepath",
            sources.normalize().toString(),
            "-classpath",
            System.getProperty("java.class.path"),
            "io.muster.api");
    assertThat(code).isZero();
    Files.delete(folder.resolve("help-doc.html"));
    Files.delete(folder.resolve("io/muster/api/Task.html"));
    return new DocumentationSite(folder);
  }

  private URI root() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private URI address(Path file) {
    return root().resolve(folder.relativize(file).toString());
  }

  /** The addresses of its pages. */
  List<String> pages() {
    return files.stream().map(file -> address(file).toString()).toList();
  }

  /** For each address within it, on how many pages it stands. */
  Map<String, Integer> links() {
    return links;
  }

  /** Those of them where there is no file. */
  Map<String, Integer> broken() {
    return links.entrySet().stream()
        .filter(link -> !Files.isRegularFile(file(URI.create(link.getKey()))))
        .collect(
            Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Integer::sum, TreeMap::new));
  }

  private Path file(URI address) {
    return folder.resolve(address.getPath().substring(1));
  }

  private Set<String> linksOf(Path page) throws IOException {
    Set<String> found = new HashSet<>();
    ParserCallback callback =
        new ParserCallback() {
          @Override
          public void handleStartTag(HTML.Tag tag, MutableAttributeSet attributes, int position) {
            handleSimpleTag(tag, attributes, position);
          }

          @Override
          public void handleSimpleTag(HTML.Tag tag, MutableAttributeSet attributes, int position) {
            for (HTML.Attribute name : List.of(HTML.Attribute.HREF, HTML.Attribute.SRC)) {
              Object value = attributes.getAttribute(name);
              if (value != null) {
                found.add(withoutFragment(address(page).resolve(value.toString())));
              }
            }
          }
        };
    try (Reader reader = Files.newBufferedReader(page)) {
      new ParserDelegator().parse(reader, callback, true);
    }
    String own = root().toString();
    return found.stream().filter(link -> link.startsWith(own)).collect(Collectors.toSet());
  }

  private static String withoutFragment(URI address) {
    String text = address.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? text : text.substring(0, hash);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Path file = file(exchange.getRequestURI());
      boolean there = Files.isRegularFile(file);
      byte[] body = there ? Files.readAllBytes(file) : new byte[0];
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(there ? 200 : 404, head || body.length == 0 ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
