package io.muster.node.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

  static {
    // Who sends half a request or never reads the answer does not keep a thread for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    System.setProperty("sun.net.httpserver.idleInterval", "30");
  }

  /** Makes the answer to a request. */
  public interface Page {
    Answer answer() throws Exception;
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Map<String, Page> pages = new HashMap<>();

  private NodeHttp(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Listens from here on.
   *
   * @param port 0: a free one
   * @param further by path, beside those that all nodes have
   */
  public static NodeHttp start(
      String host,
      int port,
      BooleanSupplier ready,
      PrometheusRegistry metrics,
      Map<String, Page> further)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, "http");
              thread.setDaemon(true);
              return thread;
            });
    NodeHttp http = new NodeHttp(server, threads);
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
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.text(405, "only GET");
    }
    Page page = pages.get(exchange.getRequestURI().getPath());
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
