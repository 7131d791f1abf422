package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.client.Muster;
import io.muster.client.model.ClusterException;
import io.muster.client.trust.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster with TLS and tokens: who gets in, and who does not. */
@ExtendWith(ClusterLogs.class)
class SecurityIT {
  private static final char[] PASSWORD = "of a store in memory".toCharArray();
  private static SecuredCluster cluster;

  @BeforeAll
  static void start() {
    cluster = SecuredCluster.started();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** The certificate that a port shows now; the client shows one too if it is given. */
  private static SSLSocket connected(int port, Path certificate, Path key) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            context(certificate, key)
                .getSocketFactory()
                .createSocket(InetAddress.getByName("127.0.0.1"), port);
    socket.setSoTimeout(3_000);
    socket.startHandshake();
    return socket;
  }

  /** Shows a certificate if it is given, and looks at none. */
  private static SSLContext context(Path certificate, Path key) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    if (certificate != null) {
      store.setKeyEntry(
          "node",
          Pem.key(key),
          PASSWORD,
          Pem.certificates(certificate).toArray(X509Certificate[]::new));
    }
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), new TrustManager[] {new Anything()}, null);
    return context;
  }

  /** Whether the other side keeps the connection and waits for what is said. */
  private static boolean isLetIn(int port, Path certificate, Path key) throws Exception {
    try (SSLSocket socket = connected(port, certificate, key)) {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Tests look at certificates of any authority. */
  private static final class Anything implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void aWorkerJoinsByThePrintedLineAndRunsTheJobOfATokensName() {
    String submit = cluster.create("submit", "--name", "alice");
    String job = cluster.as(submit, "submit", "--wait", "--", "echo", "hi").succeeds().out();
    assertThat(cluster.as(submit, "results", job.strip()).succeeds().out()).isEqualTo("hi\n");
    cluster.as(submit, "job", job.strip()).succeeds();
    assertThat(cluster.log()).contains("alice (submit) submitted job " + job.strip());
    assertThat(cluster.log())
        .doesNotContain(submit.split("\\.")[2], cluster.admin().split("\\.")[2]);
  }

  @Test
  void aJavaClientNeedsTheTokenAlone() throws Exception {
    String token = cluster.create("submit");
    try (Muster muster =
        Muster.builder().token(token).classLoader(testsAlone()).connect(cluster.api())) {
      assertThat(muster.executor().submit(() -> 6 * 7).get()).isEqualTo(42);
    }
    String read = cluster.create("read");
    assertThatThrownBy(
            () -> {
              try (Muster muster = Muster.builder().token(read).connect(cluster.api())) {
                muster.executor().submit(() -> 1).get();
              }
            })
        .hasMessageContaining("has the role read");
    assertThatThrownBy(() -> Muster.connect(cluster.api()))
        .isInstanceOf(ClusterException.NotReached.class)
        .hasMessageContaining("give --token");
  }

  /** Without the libraries that tests use: that all of a class path travels other tests see. */
  private static ClassLoader testsAlone() {
    return new URLClassLoader(
        new URL[] {SecurityIT.class.getProtectionDomain().getCodeSource().getLocation()},
        ClassLoader.getPlatformClassLoader());
  }

  @Test
  void tokensThatAreWrongRevokedOrExpiredAreRefusedInOneLine() {
    cluster.as(cluster.wrongToken(), "jobs").refuses(5, "token");
    cluster.as("nonsense", "jobs").refuses(2, "not a token");
    Path right = cluster.cluster().data().resolve("admin.token");
    cluster.as(cluster.wrongToken(), "jobs", "--token-file", right.toString()).succeeds();
    cluster.as(cluster.wrongToken(), "--token", "@" + right, "jobs").succeeds();
    String revoked = cluster.create("read", "--name", "gone");
    cluster.as(revoked, "jobs").succeeds();
    cluster.as(cluster.admin(), "token", "revoke", "gone").succeeds();
    cluster.as(revoked, "jobs").refuses(5, "token");
    String expired = cluster.create("read", "--expires", "1s");
    Until.holds(() -> "let in", () -> cluster.as(expired, "jobs").exitCode() == 5);
    cluster.as(cluster.otherCluster(), "jobs").refuses(5, "is not trusted");
    cluster.cluster().cli("jobs").refuses(3, "give --token");
  }

  @Test
  void aWorkersTokenDoesNotSubmitAndOthersDoNotJoin() {
    String worker = cluster.create("worker", "--name", "w-only");
    cluster.as(worker, "submit", "--", "true").refuses(5, "has the role worker");
    cluster.as(worker, "jobs").refuses(5, "has the role worker");
    assertThat(cluster.log()).contains("refused 127.0.0.1: token 'w-only' may not call muster.v1.");
    for (String token : List.of(cluster.create("submit"), cluster.create("read"))) {
      RunningProcess refused = cluster.launchWorker("--token", token);
      assertThat(refused.awaitExit()).isEqualTo(5);
      assertThat(refused.err()).last().asString().contains("this needs").doesNotContain("\tat ");
    }
    RunningProcess plain = cluster.launchWorker();
    plain.awaitErr(line -> line.contains("give --token"));
    plain.kill();
  }

  @Test
  void aStrangerAtTheCoordinatorsAddressIsOutwaitedForAMomentAndNotForEver() throws Exception {
    Path theirs = cluster.otherCertificates();
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (ServerSocket stranger =
            context(theirs.resolve("tls.crt"), theirs.resolve("tls.key"))
                .getServerSocketFactory()
                .createServerSocket(0, 50, here);
        Relay relay =
            Relay.open(
                new InetSocketAddress(here, 0),
                new InetSocketAddress(here, stranger.getLocalPort()))) {
      stranger.setSoTimeout(1_000);
      RunningProcess worker = joining(relay);
      Until.holds(() -> "nobody came", () -> isDistrusted(stranger));
      relay.leadTo(new InetSocketAddress(here, cluster.apiPort()));
      worker.awaitOut(line -> line.startsWith("ready "));
      worker.terminate();
      assertThat(worker.awaitExit()).isZero();

      relay.leadTo(new InetSocketAddress(here, stranger.getLocalPort()));
      RunningProcess other = joining(relay);
      Until.holds(() -> "it goes on", () -> !isDistrusted(stranger) && !other.isAlive());
      assertThat(other.awaitExit()).isEqualTo(5);
      assertThat(other.err()).last().asString().contains("is not trusted");
    }
  }

  private static RunningProcess joining(Relay relay) {
    return cluster.launchWorkerAt("127.0.0.1:" + relay.port(), "--token", cluster.create("worker"));
  }

  /** Whether somebody came, and left when it saw the certificate. */
  private static boolean isDistrusted(ServerSocket stranger) {
    try (SSLSocket accepted = (SSLSocket) stranger.accept()) {
      accepted.startHandshake();
      return accepted.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void nodesLetInOnlyNodesOfTheirAuthority() throws Exception {
    int port = cluster.clusterPort();
    Path ours = cluster.certificates();
    Path theirs = cluster.otherCertificates();
    assertThat(isLetIn(port, ours.resolve("worker.crt"), ours.resolve("worker.key"))).isTrue();
    assertThat(isLetIn(port, theirs.resolve("worker.crt"), theirs.resolve("worker.key"))).isFalse();
    assertThat(isLetIn(port, null, null)).isFalse();
  }

  @Test
  void aNewCertificateIsShownWithoutARestartAndNothingIsLost() throws Exception {
    Path folder = cluster.certificates();
    X509Certificate before = Pem.certificates(folder.resolve("tls.crt")).get(0);
    String submit = cluster.create("submit");
    String job =
        cluster
            .as(submit, "submit", "--range", "0..40", "--", "sh", "-c", "sleep 0.1; echo {}")
            .succeeds()
            .out()
            .strip();
    cluster.cluster().cli("certs", folder.toString(), "--host", "localhost").succeeds();
    X509Certificate after = Pem.certificates(folder.resolve("tls.crt")).get(0);
    assertThat(after.getSerialNumber()).isNotEqualTo(before.getSerialNumber());
    for (int port : List.of(cluster.apiPort(), cluster.httpPort(), cluster.clusterPort())) {
      Until.holds(
          () -> "port " + port + " shows the old certificate", () -> shows(port, folder, after));
    }
    cluster.startWorker();
    cluster.as(submit, "wait", job).succeeds();
    assertThat(cluster.as(submit, "results", job).succeeds().lines()).hasSize(40);
  }

  private static boolean shows(int port, Path folder, X509Certificate expected) {
    try (SSLSocket socket =
        connected(port, folder.resolve("worker.crt"), folder.resolve("worker.key"))) {
      return socket.getSession().getPeerCertificates()[0].equals(expected);
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void aWorkersCertificateIsRenewedInTimeWhileItRuns() {
    Until.holds(
        cluster::workerLog,
        () -> cluster.workerLog().split("certificate 'CN=Muster worker'", -1).length > 2);
    String submit = cluster.create("submit");
    cluster.as(submit, "submit", "--wait", "--", "true").succeeds();
  }

  @Test
  void garbageAndPlainTextAtEveryPortHurtNobody() throws Exception {
    Random random = new Random(7);
    List<byte[]> said = new ArrayList<>();
    said.add("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
    said.add("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes());
    said.add("AKKA\u0001".getBytes());
    said.add(new byte[] {22, 3, 1, -1, -1});
    for (int i = 0; i < 30; i++) {
      byte[] bytes = new byte[random.nextInt(2_000)];
      random.nextBytes(bytes);
      said.add(bytes);
    }
    List<Socket> left = new ArrayList<>();
    for (int port : List.of(cluster.apiPort(), cluster.httpPort(), cluster.clusterPort())) {
      for (byte[] bytes : said) {
        Socket socket = new Socket("127.0.0.1", port);
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        left.add(socket);
      }
    }
    String submit = cluster.create("submit");
    cluster.as(submit, "submit", "--wait", "--", "true").succeeds();
    assertThat(get("/healthz", "").statusCode()).isEqualTo(200);
    for (Socket each : left) {
      each.close();
    }
    assertThat(cluster.cluster().coordinator().isAlive()).isTrue();
  }

  @Test
  void tenThousandOpenConnectionsThatSayGarbageHurtNobody() throws Exception {
    String submit = cluster.create("submit");
    try (ManyConnections many = new ManyConnections(10_000)) {
      many.open(cluster.apiPort(), 45);
      many.open(cluster.clusterPort(), 45);
      many.open(cluster.httpPort(), 10);
      assertThat(many.opened()).isEqualTo(many.wanted());
      Until.holds(
          () -> "no job is run",
          () -> cluster.as(submit, "submit", "--wait", "--", "true").exitCode() == 0);
      Until.holds(() -> "not healthy", SecurityIT::isHealthy);
    }
    assertThat(cluster.cluster().coordinator().isAlive()).isTrue();
  }

  /** Whether this machine lets one start processes as another user and without a network. */
  private static boolean canConfine() throws Exception {
    try {
      return new ProcessBuilder(
                  "unshare", "--net", "setpriv", "--reuid=nobody", "--clear-groups", "true")
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void tasksRunAsTheUserThatTheirWorkerNamesAndWithoutItsNetwork() throws Exception {
    String worker = cluster.create("worker");
    RunningProcess refused =
        cluster.launchWorker("--token", worker, "--task-user", "no-such-user-here");
    assertThat(refused.awaitExit()).isEqualTo(5);
    assertThat(refused.err())
        .last()
        .asString()
        .contains("--task-user no-such-user-here: there is no user");
    assumeTrue(canConfine(), "needs root, setpriv and unshare");

    Path open = Files.createTempDirectory(Path.of("/tmp"), "muster-it");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    RunningProcess started =
        cluster.launchWorkerInTheOpen(
            open,
            "--token",
            worker,
            "--slots",
            "1",
            "--label",
            "tasks=nobody",
            "--task-user",
            "nobody",
            "--no-task-network");
    started.awaitOut(line -> line.startsWith("ready "));
    assertThat(started.err()).noneMatch(line -> line.contains("--task-user"));
    String show = "id -un; grep -c : /proc/net/dev; cat /proc/$PPID/environ 2>&- || echo kept";
    assertThat(results("--", "sh", "-c", show)).containsExactly("nobody", "1", "kept");
    assertThat(
            results(
                "--range",
                "3..5",
                "--jar",
                TasksJar.PATH.toString(),
                "--task",
                TasksJar.named("Square")))
        .containsExactly("9", "16");
    assertThat(results("--range", "0..2", "--io", "sleep", "--arg", "millis=1")).hasSize(2);
    assertThat(runOnNobody("--timeout", "200ms", "--", "sleep", "1000").exitCode()).isEqualTo(1);
    assertThat(runOnNobody("--", "no-such-program-here").exitCode()).isEqualTo(1);
    started.terminate();
    assertThat(started.awaitExit()).isZero();
  }

  @Test
  void allThatTasksStartIsInTheControlGroupThatTheirWorkerNames() throws Exception {
    Optional<Path> made = controlGroup();
    assumeTrue(made.isPresent(), "needs a control group");
    Path group = made.get();
    try {
      String worker = cluster.create("worker");
      RunningProcess started =
          cluster.launchWorker(
              "--token", worker, "--label", "tasks=grouped", "--task-cgroup", group.toString());
      started.awaitOut(line -> line.startsWith("ready "));
      String id =
          runWhere("tasks=grouped", "--", "sh", "-c", "cat /proc/self/cgroup").succeeds().out();
      assertThat(cluster.as(cluster.admin(), "results", id.strip()).succeeds().out())
          .contains("/" + group.getFileName());
      assertThat(runWhere("tasks=grouped", "--", "no-such-program-here").exitCode()).isEqualTo(1);
      started.terminate();
      assertThat(started.awaitExit()).isZero();
    } finally {
      Files.delete(group);
    }
  }

  /** A new one, where this user and machine have one to give. */
  private static Optional<Path> controlGroup() {
    for (String parent : List.of("/sys/fs/cgroup", "/sys/fs/cgroup/pids")) {
      try {
        Path group = Files.createTempDirectory(Path.of(parent), "muster-it");
        if (Files.isWritable(group.resolve("cgroup.procs"))) {
          return Optional.of(group);
        }
        Files.delete(group);
      } catch (IOException e) {
        // the next one
      }
    }
    return Optional.empty();
  }

  private static CliRun runWhere(String label, String... program) {
    List<String> arguments = new ArrayList<>(List.of("submit", "--wait", "--where", label));
    arguments.addAll(List.of(program));
    return cluster.as(cluster.admin(), arguments.toArray(String[]::new));
  }

  private static CliRun runOnNobody(String... program) {
    return runWhere("tasks=nobody", program);
  }

  private static List<String> results(String... program) {
    String job = runOnNobody(program).succeeds().out().strip();
    return cluster.as(cluster.admin(), "results", job).succeeds().lines();
  }

  private static boolean isHealthy() {
    try {
      return get("/healthz", "").statusCode() == 200;
    } catch (Exception e) {
      return false;
    }
  }

  private static HttpResponse<String> get(String path, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(cluster.cluster().http() + path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpClient http() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "ca", Pem.certificates(cluster.certificates().resolve("ca.crt")).get(0));
    var trust = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  @Test
  void httpTellsOnlyWhoMayRead() throws Exception {
    String read = cluster.create("read");
    assertThat(cluster.cluster().http()).startsWith("https://");
    assertThat(get("/healthz", "").statusCode()).isEqualTo(200);
    assertThat(get("/readyz", "").statusCode()).isEqualTo(200);
    for (String path : List.of("/metrics", "/api/v1/jobs", "/api/v1/workers", "/")) {
      assertThat(get(path, "").statusCode()).as(path).isEqualTo(401);
      assertThat(get(path, cluster.wrongToken()).statusCode()).as(path).isIn(401, 429);
      assertThat(get(path, read).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(get("/metrics", cluster.create("worker")).statusCode()).isIn(401, 429);
    HttpResponse<String> login =
        http()
            .send(
                HttpRequest.newBuilder(URI.create(cluster.cluster().http() + "/login"))
                    .POST(HttpRequest.BodyPublishers.ofString("token=" + read))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(login.statusCode()).isEqualTo(303);
    String cookie = login.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie).contains("Secure", "HttpOnly", "SameSite=Strict").doesNotContain(read);
    HttpResponse<String> page =
        http()
            .send(
                HttpRequest.newBuilder(URI.create(cluster.cluster().http() + "/"))
                    .header("Cookie", cookie.split(";")[0])
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(page.statusCode()).isEqualTo(200);
  }

  @Test
  void secretsAreInFilesOfTheirOwnersAlone() throws IOException {
    Path data = cluster.cluster().data();
    for (Path secret : List.of(data.resolve("admin.token"), data.resolve("access/tokens.json"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .as(secret.toString())
          .isEqualTo("rw-------");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx------");
    Callable<String> listing =
        () -> cluster.as(cluster.admin(), "token", "list", "--output", "json").succeeds().out();
    assertThat(listing).satisfies(list -> assertThat(list.call()).doesNotContain("muster1."));
  }
}
