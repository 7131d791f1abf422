package io.muster.worker.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.RetryLaterException;
import io.muster.worker.tasks.HandMadeServer.Behaviour;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP tasks against servers that do what they like. */
@Timeout(300)
class HttpTaskTest {
  private static final Behaviour HELLO =
      connection -> {
        connection.request();
        connection.answer("200 OK", "Content-Type: text/plain\r\nX-Two: a\r\nX-Two: b\r\n", "Hi ö");
      };

  @TempDir private Path folder;

  private static Map<String, String> args(String... namesAndValues) {
    Map<String, String> args = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      args.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return args;
  }

  private static CompletableFuture<Map<String, Object>> begin(
      HttpTask task, String url, String... args) {
    return task.start(url, new TaskOf(args(args))).toCompletableFuture();
  }

  private static Map<String, Object> get(String url, String... args) throws Exception {
    try {
      return begin(new HttpGet(), url, args).get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  /** What a user reads who gets from a server that does this. */
  private static String failure(Behaviour behaviour, String... args) throws Exception {
    try (HandMadeServer server = HandMadeServer.start(behaviour)) {
      return failure(server.url(), args).replace(server.place(), "HOST");
    }
  }

  private static String failure(String url, String... args) throws Exception {
    try {
      return "no failure but " + get(url, args);
    } catch (IOException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
      return e.getMessage();
    }
  }

  // Results

  @Test
  void aResultSaysAllThereIs() throws Exception {
    try (HandMadeServer server = HandMadeServer.start(HELLO)) {
      Map<String, Object> result = get(server.url() + "/a?b=c");
      assertThat(result)
          .containsEntry("url", server.url() + "/a?b=c")
          .containsEntry("status", 200)
          .containsEntry("size", 5L)
          .containsEntry(
              "sha256", "bd2b6f98c4c0d57d0064bd3ce7bbb93e81b551793c6f222cf5c60d6134164e35")
          .containsEntry("body", "Hi ö")
          .containsKey("millis")
          .doesNotContainKeys("bodyEncoding", "file");
      assertThat(result.get("headers")).asString().contains("x-two=a, b");
    }
  }

  @Test
  void aBodyThatIsNoTextIsInBase64() throws Exception {
    byte[] bytes = {(byte) 0xFF, 0, 1};
    try (HandMadeServer server =
        HandMadeServer.start(
            connection -> {
              connection.request();
              connection.answer("200 OK", "", bytes);
            })) {
      assertThat(get(server.url()))
          .containsEntry("body", "/wAB")
          .containsEntry("bodyEncoding", "base64");
    }
  }

  @Test
  void theCharsetIsTheOneThatTheServerNames() throws Exception {
    try (HandMadeServer server =
        HandMadeServer.start(
            connection -> {
              connection.request();
              connection.answer(
                  "200 OK",
                  "Content-Type: text/html; charset=ISO-8859-1\r\n",
                  "ö".getBytes(StandardCharsets.ISO_8859_1));
            })) {
      assertThat(get(server.url())).containsEntry("body", "ö");
    }
  }

  @Test
  void aBodyIsSavedInAFileOfItsOwn() throws Exception {
    Path pages = folder.resolve("pages");
    try (HandMadeServer server = HandMadeServer.start(HELLO)) {
      Map<String, Object> result = get(server.url(), "save", pages.toString());
      assertThat(result).doesNotContainKey("body").containsEntry("size", 5L);
      Path file = pages.resolve("job-7-3");
      assertThat(result).containsEntry("file", file.toString());
      assertThat(file).hasContent("Hi ö");
      assertThat(pages).isDirectoryContaining(each -> each.equals(file));
    }
  }

  @Test
  void whatFailsHalfWayLeavesNoFile() throws Exception {
    String failure =
        failure(
            connection -> {
              connection.request();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
            },
            "save",
            folder.toString());
    assertThat(failure).isEqualTo("HOST closed the connection before its answer was complete");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsNotAbsoluteIsRefused() {
    assertThatThrownBy(() -> get("http://localhost/", "save", "pages"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an absolute path: 'pages'");
  }

  @Test
  void whatIsPostedArrives() throws Exception {
    BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();
    try (HandMadeServer server =
        HandMadeServer.start(
            connection -> {
              requests.add(connection.request());
              connection.answer("201 Created", "", "");
            })) {
      Map<String, Object> result =
          begin(
                  new HttpPost(),
                  server.url(),
                  "body",
                  "{}",
                  "content-type",
                  "application/json",
                  "header.X-Mine",
                  "yes")
              .get();
      assertThat(result).containsEntry("status", 201);
      assertThat(requests.take())
          .anyMatch(line -> line.startsWith("POST / "))
          .contains("Content-Type: application/json", "Content-Length: 2", "X-Mine: yes");
    }
  }

  @Test
  void theKeyIsTheHostAndItsPort() {
    assertThat(new HttpGet().key("https://example.org/a")).isEqualTo("example.org:443");
    assertThat(new HttpGet().key("http://example.org:8080/")).isEqualTo("example.org:8080");
  }

  @Test
  void whatIsNoUrlIsRefused() {
    for (String text :
        List.of("", "example.org", "ftp://example.org/", "http:///a", "http://a b/")) {
      assertThatThrownBy(() -> new HttpGet().key(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + text + "'");
    }
  }

  // Statuses

  private static Behaviour answers(String status, String headers) {
    return connection -> {
      connection.request();
      connection.answer(status, headers, "");
    };
  }

  @Test
  void aPageThatIsNotThereIsAResult() throws Exception {
    try (HandMadeServer server = HandMadeServer.start(answers("404 Not Found", ""))) {
      assertThat(get(server.url())).containsEntry("status", 404);
    }
  }

  @Test
  void aServersErrorIsAFailureUnlessItIsWanted() throws Exception {
    assertThat(failure(answers("500 Oops", ""))).isEqualTo("HOST answers 500");
    assertThat(failure(answers("404 Not Found", ""), "fail-on", "404,5xx"))
        .isEqualTo("HOST answers 404");
    try (HandMadeServer server = HandMadeServer.start(answers("500 Oops", ""))) {
      assertThat(get(server.url(), "fail-on", "none")).containsEntry("status", 500);
    }
  }

  private static Duration askedFor(String status, String headers) throws Exception {
    try (HandMadeServer server = HandMadeServer.start(answers(status, headers))) {
      get(server.url());
      throw new AssertionError("it asked for nothing");
    } catch (RetryLaterException e) {
      assertThat(e).hasMessageContaining("asks to be left alone for");
      return e.after();
    }
  }

  @Test
  void aServerThatAsksToBeLeftAloneIs() throws Exception {
    assertThat(askedFor("429 Too Many Requests", "Retry-After: 7\r\n"))
        .isEqualTo(Duration.ofSeconds(7));
    String inAnHour =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
    assertThat(askedFor("503 Busy", "Retry-After: " + inAnHour + "\r\n"))
        .isBetween(Duration.ofMinutes(55), Duration.ofMinutes(60));
  }

  @Test
  void whatItSaysWithoutSenseIsAPlainFailure() throws Exception {
    assertThat(failure(answers("503 Busy", "Retry-After: soon\r\n"))).isEqualTo("HOST answers 503");
    assertThat(HttpFailures.retryAfter("-1")).isNull();
    assertThat(HttpFailures.retryAfter("999999999")).isEqualTo(Duration.ofDays(1));
  }

  // Redirects

  @Test
  void redirectsAreFollowed() throws Exception {
    BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();
    try (HandMadeServer end =
            HandMadeServer.start(
                connection -> {
                  requests.add(connection.request());
                  connection.answer("200 OK", "", "there");
                });
        HandMadeServer server =
            HandMadeServer.start(answers("302 Found", "Location: " + end.url() + "/there\r\n"))) {
      assertThat(get(server.url(), "header.Authorization", "secret", "header.X-Mine", "yes"))
          .containsEntry("url", end.url() + "/there")
          .containsEntry("body", "there");
      assertThat(requests.take())
          .as("another server is not told secrets")
          .contains("X-Mine: yes")
          .noneMatch(line -> line.startsWith("Authorization"));
    }
  }

  @Test
  void aPostGoesOnAsAPostOnlyWhereThatIsMeant() throws Exception {
    for (Map.Entry<String, String> each :
        Map.of("303 See Other", "GET", "308 Permanent", "POST").entrySet()) {
      BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();
      try (HandMadeServer server =
          HandMadeServer.start(
              connection -> {
                List<String> request = connection.request();
                requests.add(request);
                if (request.get(0).contains("/there")) {
                  connection.answer("200 OK", "", "");
                } else {
                  connection.answer(each.getKey(), "Location: /there\r\n", "");
                }
              })) {
        begin(new HttpPost(), server.url() + "/", "body", "x").get();
        requests.take();
        assertThat(requests.take().get(0)).startsWith(each.getValue() + " /there");
      }
    }
  }

  @Test
  void aCircleOfRedirectsIsSeen() throws Exception {
    Behaviour circle =
        connection -> {
          boolean first = connection.request().get(0).startsWith("GET /a");
          connection.answer("301 Moved", "Location: " + (first ? "/b" : "/a") + "\r\n", "");
        };
    try (HandMadeServer server = HandMadeServer.start(circle)) {
      assertThat(failure(server.url() + "/a").replace(server.place(), "HOST"))
          .isEqualTo("HOST redirects in a circle: http://HOST/b leads back to http://HOST/a");
    }
  }

  @Test
  void soIsOneThatNeverEnds() throws Exception {
    Behaviour further =
        connection -> {
          String path = connection.request().get(0).split(" ")[1];
          connection.answer("301 Moved", "Location: " + path + "x\r\n", "");
        };
    assertThat(failure(further))
        .isEqualTo(
            "HOST redirects once more, to http://HOST/xxxxxx, after 5 redirects (--arg redirects)");
    assertThat(failure(further, "redirects", "1")).contains("after 1 redirects");
    try (HandMadeServer server = HandMadeServer.start(further)) {
      assertThat(get(server.url() + "/", "redirects", "0")).containsEntry("status", 301);
    }
  }

  @Test
  void aRedirectToNowhereIsAFailure() throws Exception {
    assertThat(failure(answers("301 Moved", "Location: http://a b\r\n")))
        .isEqualTo("HOST redirects to no URL: 'http://a b'");
    assertThat(failure(answers("301 Moved", "Location: file:///etc/passwd\r\n")))
        .isEqualTo("HOST redirects from http://HOST to file:///etc/passwd");
  }

  // Servers that misbehave

  @Test
  void aServerThatNeverAnswersIsLeftInTime() throws Exception {
    try (HandMadeServer server = HandMadeServer.start(connection -> connection.awaitClosed())) {
      assertThat(failure(server.url(), "timeout", "200ms"))
          .isEqualTo(server.place() + " did not answer within 0.2 s (--arg timeout)");
      assertThat(server.ended()).as("the connection is closed").isEmpty();
    }
  }

  @Test
  void soIsOneWhoseBodyNeverEnds() throws Exception {
    try (HandMadeServer server =
        HandMadeServer.start(
            connection -> {
              connection.request();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
              connection.awaitClosed();
            })) {
      assertThat(failure(server.url(), "timeout", "300ms"))
          .isEqualTo(server.place() + " did not answer within 0.3 s (--arg timeout)");
      server.ended();
    }
  }

  @Test
  void aRequestThatIsCancelledIsEnded() throws Exception {
    BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();
    try (HandMadeServer server =
        HandMadeServer.start(
            connection -> {
              requests.add(connection.request());
              connection.awaitClosed();
            })) {
      CompletableFuture<?> result = begin(new HttpGet(), server.url());
      requests.take();
      result.cancel(true);
      assertThat(server.ended()).isEmpty();
    }
  }

  @Test
  void aConnectionThatIsResetIsAFailure() throws Exception {
    assertThat(
            failure(
                connection -> {
                  connection.request();
                  connection.socket.setSoLinger(true, 0);
                }))
        .isEqualTo("HOST: Connection reset");
  }

  @Test
  void soIsOneThatIsClosedWithoutAWord() throws Exception {
    assertThat(failure(connection -> connection.request()))
        .isEqualTo("HOST closed the connection before its answer was complete");
  }

  @Test
  void headersThatNeverEndAreNotRead() throws Exception {
    String failure =
        failure(
            connection -> {
              connection.request();
              connection.write("HTTP/1.1 200 OK\r\n");
              for (long i = 0; ; i++) {
                connection.write("X-" + i + ": " + "x".repeat(1000) + "\r\n");
              }
            });
    assertThat(failure).startsWith("HOST").containsIgnoringCase("header");
  }

  @Test
  void aBodyThatNeverEndsIsCutOff() throws Exception {
    try (HandMadeServer server =
        HandMadeServer.start(
            connection -> {
              connection.request();
              connection.write("HTTP/1.1 200 OK\r\n\r\n");
              while (true) {
                connection.write("x".repeat(10_000));
              }
            })) {
      assertThat(failure(server.url(), "max-size", "100k"))
          .isEqualTo(server.place() + " sends a body of more than 102400 bytes (--arg max-size)");
      assertThat(server.ended()).as("it could write no more").isNotEmpty();
    }
  }

  @Test
  void aBodyThatSaysItIsTooLongIsNotRead() throws Exception {
    assertThat(
            failure(
                connection -> {
                  connection.request();
                  connection.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
                  connection.awaitClosed();
                }))
        .isEqualTo("HOST sends a body of more than 10485760 bytes (--arg max-size)");
  }

  @Test
  void garbageIsNoHttp() throws Exception {
    assertThat(
            failure(
                connection -> {
                  connection.request();
                  connection.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
                }))
        .startsWith("HOST does not speak HTTP: ");
  }

  @Test
  void aLengthThatIsNoNumberIsNoHttp() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n";
    assertThat(
            failure(
                connection -> {
                  connection.request();
                  connection.write(head);
                }))
        .startsWith("HOST does not speak HTTP: ");
  }

  @Test
  void aHostThatCanNotBeAskedIsNamed() {
    assertThatThrownBy(() -> HttpFailures.url("http://a_b.invalid/"))
        .hasMessageStartingWith("no host that can be asked: 'a_b.invalid'");
  }

  @Test
  void aPortWithoutAServerIsNamed() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    assertThat(failure("http://127.0.0.1:" + port + "/"))
        .isEqualTo("cannot connect to 127.0.0.1:" + port + ": connection refused");
  }

  @Test
  void aNameThatNobodyHasIsNamed() throws Exception {
    assertThat(failure("http://no-such-host.invalid/"))
        .isEqualTo("no such host: no-such-host.invalid");
  }

  @Test
  void aCertificateThatNobodySignedIsNotTrusted() throws Exception {
    ServerSocket socket =
        selfSigned()
            .getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    try (HandMadeServer server = HandMadeServer.start(socket, HELLO)) {
      assertThat(failure("https://" + server.place() + "/").replace(server.place(), "HOST"))
          .startsWith("HOST can't be trusted: ")
          .contains("certification path");
    }
  }

  private SSLContext selfSigned() throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    char[] password = "secret".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), password);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
