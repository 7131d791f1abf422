package io.muster.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's HTTP server: {@code /healthz}, {@code /readyz}, {@code /metrics}, and pages of its own.
 * Only reads. Pages are made on a thread of the server's own and may block.
 */
public final class NodeHttp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeHttp.class);
  private static final int BACKLOG = 16;

  /**
   * As many as there are connections: one that says half of what it should holds its thread until
   * its time is over, and must not keep {@code /healthz} from those who watch over this node.
   */
  private static final int CONNECTIONS = 200;

  private static final int IDLE_SECONDS = 10;
  private static final int LONGEST_BODY = 4 * 1024;
  private static final Set<String> OPEN = Set.of("/healthz", "/readyz");

  static {
    // Who sends half a request or never reads the answer does not keep a thread for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    System.setProperty("sun.net.httpserver.idleInterval", "30");
    System.setProperty("sun.net.httpserver.maxReqHeaders", "60");
    System.setProperty("sun.net.httpserver.maxReqHeaderSize", "16384");
    System.setProperty("jdk.httpserver.maxConnections", String.valueOf(CONNECTIONS));
    System.setProperty("sun.net.httpserver.maxConnections", String.valueOf(CONNECTIONS));
  }

  /** Makes the answer to a request. */
  public interface Page {
    Answer answer() throws Exception;
  }

  private final HttpServer server;
  private final HttpGuard guard;
  private final ExecutorService threads;
  private final Map<String, Page> pages = new HashMap<>();

  private NodeHttp(HttpServer server, HttpGuard guard, ExecutorService threads) {
    this.server = server;
    this.guard = guard;
    this.threads = threads;
  }

  /**
   * Listens from here on.
   *
   * @param port 0: a free one
   * @param guard who is let in
   * @param further by path, beside those that all nodes have
   */
  public static NodeHttp start(
      String host,
      int port,
      BooleanSupplier ready,
      PrometheusRegistry metrics,
      HttpGuard guard,
      Map<String, Page> further)
      throws IOException {
    HttpServer server = server(new InetSocketAddress(host, port), guard);
    ExecutorService threads =
        new ThreadPoolExecutor(
            0,
            CONNECTIONS + 1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "http");
              thread.setDaemon(true);
              return thread;
            });
    NodeHttp http = new NodeHttp(server, guard, threads);
    http.pages.put("/healthz", () -> Answer.text(200, "alive"));
    http.pages.put(
        "/readyz",
        () -> ready.getAsBoolean() ? Answer.text(200, "ready") : Answer.text(503, "not ready"));
    http.pages.put("/metrics", () -> metrics(metrics));
    http.pages.putAll(further);
    server.createContext("/", http::handle);
    server.setExecutor(threads);
    server.start();
    return http;
  }

  private static HttpServer server(InetSocketAddress address, HttpGuard guard) throws IOException {
    if (guard.tls().isEmpty()) {
      return HttpServer.create(address, BACKLOG);
    }
    HttpsServer server = HttpsServer.create(address, BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(guard.tls().get()));
    return server;
  }

  private static Answer metrics(PrometheusRegistry registry) throws IOException {
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
    writer.write(body, registry.scrape());
    return new Answer(200, writer.getContentType(), body.toByteArray());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange
          .getResponseHeaders()
          .set("Content-Security-Policy", "default-src 'self' 'unsafe-inline'");
      exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
      exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      int length = answer.body().length;
      exchange.sendResponseHeaders(answer.status(), head || length == 0 ? -1 : length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    String path = String.valueOf(exchange.getRequestURI().getPath());
    if (!OPEN.contains(path)) {
      Optional<Answer> instead;
      try {
        instead = guard.instead(request(exchange, method, path));
      } catch (IOException e) {
        return Answer.text(400, "the request cannot be read");
      }
      if (instead.isPresent()) {
        return instead.get();
      }
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.text(405, "only GET");
    }
    Page page = pages.get(path);
    if (page == null) {
      return Answer.text(404, "there is no such page");
    }
    try {
      return page.answer();
    } catch (Exception e) {
      LOG.info("{} was not answered: {}", exchange.getRequestURI(), e.toString());
      return Answer.text(503, "not now");
    }
  }

  private static HttpRequest request(HttpExchange exchange, String method, String path)
      throws IOException {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!values.isEmpty()) {
                headers.put(name.toLowerCase(Locale.ROOT), values.get(0));
              }
            });
    byte[] body =
        method.equals("POST") ? exchange.getRequestBody().readNBytes(LONGEST_BODY) : new byte[0];
    return new HttpRequest(method, path, headers, exchange.getRemoteAddress().getAddress(), body);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    try {
      threads.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
