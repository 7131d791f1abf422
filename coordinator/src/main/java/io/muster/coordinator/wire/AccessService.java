package io.muster.coordinator.wire;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.muster.coordinator.access.Holder;
import io.muster.coordinator.access.Role;
import io.muster.coordinator.access.Security;
import io.muster.coordinator.access.Tokens;
import io.muster.protocol.wire.v1.AccessGrpc;
import io.muster.protocol.wire.v1.CertificateChain;
import io.muster.protocol.wire.v1.CertificateRequest;
import io.muster.protocol.wire.v1.CreatedToken;
import io.muster.protocol.wire.v1.Done;
import io.muster.protocol.wire.v1.NewToken;
import io.muster.protocol.wire.v1.TokenName;
import io.muster.protocol.wire.v1.TokenView;
import io.muster.protocol.wire.v1.TokensRequest;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Tokens and certificates. Served whether or not a coordinator is active here. */
final class AccessService extends AccessGrpc.AccessImplBase {
  private static final long LONGEST_LIFE = Duration.ofDays(36_500).toSeconds();

  private final Optional<Security> security;
  private final IntSupplier port;

  /**
   * @param port of the API
   */
  AccessService(Optional<Security> security, IntSupplier port) {
    this.security = security;
    this.port = port;
  }

  @Override
  public void createToken(NewToken request, StreamObserver<CreatedToken> client) {
    answer(client, () -> created(request));
  }

  private CreatedToken created(NewToken request) throws IOException {
    Callers caller = Callers.current();
    Security secured = secured();
    long seconds = request.getExpiresIn();
    if (seconds < 0 || seconds > LONGEST_LIFE) {
      throw new IllegalArgumentException("--expires is too long");
    }
    Tokens.Created created =
        secured
            .tokens()
            .create(
                Role.parse(request.getRole()),
                request.getName(),
                seconds == 0 ? null : Duration.ofSeconds(seconds),
                caller.holder().map(Holder::name).orElse(""),
                secured.fingerprint());
    Holder holder = created.holder();
    caller.did("created the " + holder.role().text() + " token '" + holder.name() + "'");
    return CreatedToken.newBuilder()
        .setView(view(holder))
        .setToken(created.token().text())
        .setApi(bracketed(secured.host()) + ":" + port.getAsInt())
        .build();
  }

  private static String bracketed(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  @Override
  public void tokens(TokensRequest request, StreamObserver<TokenView> client) {
    try {
      secured().tokens().list().forEach(holder -> client.onNext(view(holder)));
      client.onCompleted();
    } catch (RuntimeException e) {
      client.onError(Refusals.status(e));
    }
  }

  private static TokenView view(Holder holder) {
    TokenView.Builder view =
        TokenView.newBuilder()
            .setName(holder.name())
            .setRole(holder.role().text())
            .setCreated(holder.created().toEpochMilli())
            .setCreatedBy(holder.createdBy());
    holder.expires().ifPresent(end -> view.setExpires(end.toEpochMilli()));
    return view.build();
  }

  @Override
  public void revokeToken(TokenName request, StreamObserver<Done> client) {
    answer(
        client,
        () -> {
          if (!secured().tokens().revoke(request.getName())) {
            throw Status.NOT_FOUND
                .withDescription(
                    "there is no token '" + request.getName() + "': 'muster token list' shows them")
                .asRuntimeException();
          }
          Callers.current().did("revoked the token '" + request.getName() + "'");
          return Done.getDefaultInstance();
        });
  }

  @Override
  public void certificate(CertificateRequest request, StreamObserver<CertificateChain> client) {
    answer(client, () -> certificate(request));
  }

  private CertificateChain certificate(CertificateRequest request)
      throws CertificateEncodingException {
    Callers caller = Callers.current();
    Holder worker =
        caller
            .holder()
            .orElseThrow(() -> new IllegalArgumentException("nobody is known to ask for it"));
    List<X509Certificate> chain =
        secured()
            .certificate(
                worker, request.getPublicKey().toByteArray(), request.getProof().toByteArray())
            .orElseThrow(
                () ->
                    Status.FAILED_PRECONDITION
                        .withDescription(
                            "this coordinator has no authority's key: give the worker --tls-cert,"
                                + " --tls-key and --ca, or the coordinator --tls-ca-key")
                        .asRuntimeException());
    caller.did("got a worker's certificate until " + chain.get(0).getNotAfter().toInstant());
    CertificateChain.Builder answer = CertificateChain.newBuilder();
    for (X509Certificate each : chain) {
      answer.addCertificates(ByteString.copyFrom(each.getEncoded()));
    }
    return answer.build();
  }

  private Security secured() {
    return security.orElseThrow(
        () ->
            Status.FAILED_PRECONDITION
                .withDescription(
                    "this coordinator asks nobody for a token: start it with --tls if it is to")
                .asRuntimeException());
  }

  private interface Answer<T> {
    T make() throws Exception;
  }

  private static <T> void answer(StreamObserver<T> client, Answer<T> answer) {
    @Nullable T made;
    try {
      made = answer.make();
    } catch (Exception e) {
      client.onError(Refusals.status(e));
      return;
    }
    client.onNext(made);
    client.onCompleted();
  }
}
