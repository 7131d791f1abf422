package io.muster.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.ClusterException;
import io.muster.client.model.JobStatus;
import io.muster.client.model.TokenStatus;
import io.muster.client.trust.Access;
import io.muster.client.trust.Authorities;
import io.muster.client.trust.Token;
import io.muster.client.wire.ApiChannel;
import io.muster.client.wire.CoordinatorApi;
import io.muster.coordinator.access.Authority;
import io.muster.coordinator.access.Role;
import io.muster.coordinator.access.Security;
import io.muster.coordinator.access.TlsSettings;
import io.muster.coordinator.blobs.FileBlobs;
import io.muster.coordinator.office.TestOffice;
import io.muster.node.tls.Credentials;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import io.muster.protocol.wire.v1.MusterGrpc;
import io.muster.protocol.wire.v1.SessionReply;
import io.muster.protocol.wire.v1.SessionRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API asks of callers when it asks, over real TLS. */
class SecuredApiTest {
  @TempDir private Path folder;
  private TestOffice office;
  private Security security;
  private ApiServer server;
  private Token admin;

  @BeforeEach
  void start() throws Exception {
    office = new TestOffice(folder);
    TlsSettings settings =
        new TlsSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Duration.ofDays(1),
            Duration.ofDays(9));
    security = Security.open(folder, settings, "127.0.0.1");
    admin = Token.parse(Files.readString(folder.resolve("admin.token")));
    server = serve(Optional.of(security));
  }

  private ApiServer serve(Optional<Security> guard) throws Exception {
    return ApiServer.start(
        new ApiSettings(
            "127.0.0.1",
            0,
            4 << 20,
            1 << 20,
            Duration.ofMillis(1),
            () -> List.of("127.0.0.1:7350"),
            "test",
            () -> {}),
        office.reception(),
        office.store(),
        new FileBlobs(folder),
        guard);
  }

  @AfterEach
  void stop() {
    server.close();
    office.close();
  }

  private CoordinatorApi api(Access access) {
    return new CoordinatorApi(List.of("127.0.0.1:" + server.port()), access);
  }

  private CoordinatorApi api(Role role, String name) throws Exception {
    return api(
        Access.of(security.tokens().create(role, name, null, "", security.fingerprint()).token()));
  }

  private static JobSpec spec() {
    return new JobSpec(
        "request",
        "job",
        "somebody-else",
        new Program.Command(List.of("true"), false, "", List.of()),
        new Inputs.None(),
        Policy.DEFAULT);
  }

  private static void jobs(CoordinatorApi api) {
    try (AnswerStream<?> jobs = api.jobs()) {
      jobs.hasNext();
    }
  }

  @Test
  void theFirstTokenIsInAFileOfItsOwnersAlone() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("admin.token"))))
        .isEqualTo("rw-------");
    try (CoordinatorApi api = api(Access.of(admin))) {
      jobs(api);
    }
  }

  @Test
  void aJobIsItsTokensWhateverTheClientSays() throws Exception {
    try (CoordinatorApi api = api(Role.SUBMIT, "alice")) {
      JobId job = api.submit(spec(), List.<Values>of().iterator());
      assertThat(api.job(job).user()).isEqualTo("alice");
    }
  }

  @Test
  void whoReadsDoesNotSubmitAndWhoSubmitsDoesNotStop() throws Exception {
    try (CoordinatorApi api = api(Role.READ, "bob")) {
      jobs(api);
      assertThatThrownBy(() -> api.submit(spec(), List.<Values>of().iterator()))
          .isInstanceOf(ClusterException.Refused.class)
          .hasMessageContaining("token 'bob' has the role read, this needs submit or admin");
    }
    try (CoordinatorApi api = api(Role.SUBMIT, "alice")) {
      assertThatThrownBy(api::stop)
          .isInstanceOf(ClusterException.Refused.class)
          .hasMessageContaining("needs admin");
      assertThatThrownBy(() -> api.createToken("admin", "", null))
          .isInstanceOf(ClusterException.Refused.class);
    }
    try (CoordinatorApi api = api(Role.WORKER, "w")) {
      assertThatThrownBy(() -> jobs(api)).isInstanceOf(ClusterException.Refused.class);
    }
  }

  @Test
  void tokensAreMadeListedAndRevokedOverTheApi() {
    try (CoordinatorApi api = api(Access.of(admin))) {
      TokenStatus.Created made = api.createToken("submit", "carol", Duration.ofHours(1));
      assertThat(made.status().createdBy()).isEqualTo("admin");
      assertThat(made.api()).isEqualTo("127.0.0.1:" + server.port());
      try (CoordinatorApi carol = api(Access.of(Token.parse(made.token())));
          AnswerStream<TokenStatus> tokens = api.tokens()) {
        assertThat(tokens.next().name()).isEqualTo("admin");
        assertThat(tokens.next()).isEqualTo(made.status());
        jobs(carol);
        api.revokeToken("carol");
        assertThatThrownBy(() -> jobs(carol))
            .isInstanceOf(ClusterException.Refused.class)
            .hasMessageContaining("the token is not valid");
      }
      assertThatThrownBy(() -> api.revokeToken("carol"))
          .isInstanceOf(ClusterException.NotFound.class);
      assertThatThrownBy(() -> api.createToken("king", "", null))
          .isInstanceOf(ClusterException.BadValue.class)
          .hasMessageContaining("no such role");
    }
  }

  @Test
  void aStreamThatGoesOnEndsWhenItsTokenIsRevoked() throws Exception {
    try (CoordinatorApi root = api(Access.of(admin));
        CoordinatorApi bob = api(Role.READ, "bob")) {
      JobId job = root.submit(spec(), List.<Values>of().iterator());
      try (AnswerStream<JobStatus> watched = bob.watch(job)) {
        assertThat(watched.next().user()).isEqualTo("admin");
        root.revokeToken("bob");
        root.cancel(job);
        assertThatThrownBy(
                () -> {
                  while (watched.hasNext()) {
                    watched.next();
                  }
                })
            .isInstanceOf(ClusterException.Refused.class)
            .hasMessageContaining("the token was revoked or has expired since");
      }
    }
  }

  @Test
  void aSessionTakesNoMoreWhenItsTokenIsRevoked() throws Exception {
    Token mallory =
        security.tokens().create(Role.SUBMIT, "mallory", null, "", security.fingerprint()).token();
    ManagedChannel channel =
        ApiChannel.to("127.0.0.1:" + server.port(), Access.of(mallory)).build();
    try {
      BlockingQueue<SessionReply> replies = new LinkedBlockingQueue<>();
      CompletableFuture<Status> over = new CompletableFuture<>();
      StreamObserver<SessionRequest> out =
          MusterGrpc.newStub(channel)
              .session(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(SessionReply reply) {
                      replies.add(reply);
                    }

                    @Override
                    public void onError(Throwable failure) {
                      over.complete(Status.fromThrowable(failure));
                    }

                    @Override
                    public void onCompleted() {
                      over.complete(Status.OK);
                    }
                  });
      out.onNext(
          SessionRequest.newBuilder()
              .setOpen(SessionRequest.Open.newBuilder().setSession("a".repeat(32)))
              .build());
      SessionRequest alive =
          SessionRequest.newBuilder().setAlive(SessionRequest.Alive.getDefaultInstance()).build();
      out.onNext(alive);
      while (!replies.take().hasAlive()) {
        // what it is told first
      }
      security.tokens().revoke("mallory");
      out.onNext(alive);
      Status status = over.get(60, TimeUnit.SECONDS);
      assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(status.getDescription()).contains("revoked");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void whenNoAdminIsLeftTheNextStartMakesAToken() throws Exception {
    TlsSettings settings =
        new TlsSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Duration.ofDays(1),
            Duration.ofDays(9));
    Path data = Files.createDirectory(folder.resolve("emptied"));
    Security before = Security.open(data, settings, "127.0.0.1");
    before.tokens().create(Role.SUBMIT, "alice", null, "", before.fingerprint());
    Token first = Token.parse(Files.readString(data.resolve("admin.token")));
    Files.delete(data.resolve("access/tokens.json"));
    Security after = Security.open(data, settings, "127.0.0.1");
    Token second = Token.parse(Files.readString(data.resolve("admin.token")));
    assertThat(after.tokens().holder(first.secret())).isEmpty();
    assertThat(after.tokens().holder(second.secret()))
        .hasValueSatisfying(holder -> assertThat(holder.role()).isEqualTo(Role.ADMIN));
  }

  @Test
  void withoutAValidTokenNothingIsAnswered() {
    Authorities known = new Authorities(List.of(security.identity().credentials().root()));
    try (CoordinatorApi api = api(new Access(Optional.empty(), Optional.of(known)))) {
      assertThatThrownBy(() -> jobs(api))
          .isInstanceOf(ClusterException.Refused.class)
          .hasMessageContaining("a token is needed");
    }
    try (CoordinatorApi api = api(Access.of(Token.create("admin", security.fingerprint())))) {
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> jobs(api)).isInstanceOf(ClusterException.Refused.class);
      }
      assertThatThrownBy(() -> jobs(api)).hasMessageContaining("too many calls");
    }
    try (CoordinatorApi api = api(Access.of(admin))) {
      jobs(api); // others' wrong tokens lock nobody out
    }
  }

  @Test
  void aCoordinatorOfAnotherAuthorityGetsNoToken() {
    Token elsewhere =
        Token.create(
            "admin", Authorities.fingerprint(Authority.create(Instant.now()).certificate()));
    try (CoordinatorApi api = api(Access.of(elsewhere))) {
      assertThatThrownBy(() -> jobs(api))
          .isInstanceOf(ClusterException.Refused.class)
          .hasMessageContaining("is not trusted: it is of another authority than the token");
    }
  }

  @Test
  void aWorkerIsNotTakenForACoordinator() throws Exception {
    Authority authority = Authority.in(folder.resolve("access"), Instant.now());
    security.identity().replace(authority.worker("1:w", Duration.ofDays(1), Instant.now()));
    try (CoordinatorApi api = api(Access.of(admin))) {
      assertThatThrownBy(() -> jobs(api))
          .isInstanceOf(ClusterException.Refused.class)
          .hasMessageContaining("not a coordinator's");
    }
  }

  @Test
  void plainTextAndTlsTellEachOtherWhatIsMissing() throws Exception {
    try (CoordinatorApi api = api(Access.plain())) {
      assertThatThrownBy(() -> jobs(api))
          .isInstanceOf(ClusterException.NotReached.class)
          .hasMessageContaining("give --token");
    }
    server.close();
    server = serve(Optional.empty());
    try (CoordinatorApi api = api(Access.of(admin))) {
      assertThatThrownBy(() -> jobs(api))
          .isInstanceOf(ClusterException.Refused.class)
          .hasMessageContaining("does not speak TLS");
    }
    try (CoordinatorApi api = api(Access.plain())) {
      assertThatThrownBy(() -> api.createToken("read", "", null))
          .isInstanceOf(ClusterException.Refused.class)
          .hasMessageContaining("--tls");
    }
  }

  @Test
  void aCoordinatorWhoseCertificateHasExpiredIsNotBelieved() throws Exception {
    Authority authority = Authority.in(folder.resolve("access"), Instant.now());
    Credentials brief =
        authority.coordinator(List.of("127.0.0.1"), Duration.ofSeconds(2), Instant.now());
    try (CoordinatorApi api = api(Access.of(admin))) {
      jobs(api);
    }
    security.identity().replace(brief);
    while (Instant.now().isBefore(brief.chain().get(0).getNotAfter().toInstant().plusMillis(1))) {
      LockSupport.parkNanos(10_000_000);
    }
    try (CoordinatorApi api = api(Access.of(admin))) {
      assertThatThrownBy(() -> jobs(api))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("is not trusted")
          .hasMessageContaining("NotAfter");
    }
  }

  @Test
  void aNewAuthorityIsNamedByTheFirstTokenToo() throws Exception {
    Path data = Files.createDirectory(folder.resolve("other"));
    TlsSettings settings =
        new TlsSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Duration.ofDays(1),
            Duration.ofDays(9));
    Security before = Security.open(data, settings, "127.0.0.1");
    Files.delete(data.resolve("access/ca.crt"));
    Security after = Security.open(data, settings, "127.0.0.1");
    Token first = Token.parse(Files.readString(data.resolve("admin.token")));
    assertThat(first.fingerprint())
        .isEqualTo(after.fingerprint())
        .isNotEqualTo(before.fingerprint());
    assertThat(after.tokens().holder(first.secret())).isPresent();
  }
}
