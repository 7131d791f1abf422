package io.muster.coordinator.wire;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.muster.client.trust.Token;
import io.muster.client.wire.ApiChannel;
import io.muster.coordinator.access.AuditedRefusals;
import io.muster.coordinator.access.Holder;
import io.muster.coordinator.access.Role;
import io.muster.coordinator.access.Security;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks every call for its token, before anything of the call is read. */
final class Doorkeeper implements ServerInterceptor {
  private final Security security;
  private final AuditedRefusals refusals;

  Doorkeeper(Security security) {
    this.security = security;
    refusals = security.refusals();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<Holder> holder = holder(headers.get(ApiChannel.AUTHORIZATION));
    if (holder.isEmpty()) {
      call.close(unknown(address(call), headers), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    String method = call.getMethodDescriptor().getFullMethodName();
    Set<Role> allowed = Permissions.of(method);
    Holder who = holder.get();
    if (!allowed.contains(who.role())) {
      refusals.refused(address(call), "token '" + who.name() + "' may not call " + method);
      call.close(notAllowed(who, allowed), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current()
            .withValue(Callers.KEY, new Callers(holder, each -> security.tokens().isLetIn(each))),
        call,
        headers,
        next);
  }

  private Optional<Holder> holder(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(ApiChannel.BEARER)) {
      return Optional.empty();
    }
    try {
      String text = authorization.substring(ApiChannel.BEARER.length());
      return security.tokens().holder(Token.parse(text).secret());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no token at all
    }
  }

  private Status unknown(String address, Metadata headers) {
    if (!security.throttle().failed(address, System.nanoTime())) {
      return Status.UNAUTHENTICATED.withDescription("too many calls without a valid token");
    }
    boolean none = headers.get(ApiChannel.AUTHORIZATION) == null;
    refusals.refused(address, none ? "no token" : "not a valid token");
    return Status.UNAUTHENTICATED.withDescription(
        none
            ? "a token is needed: --token, or MUSTER_TOKEN ('muster token create' makes one)"
            : "the token is not valid: it is revoked, expired, or of another cluster");
  }

  private static Status notAllowed(Holder who, Set<Role> allowed) {
    return Status.PERMISSION_DENIED.withDescription(
        "token '"
            + who.name()
            + "' has the role "
            + who.role().text()
            + ", this needs "
            + allowed.stream().sorted().map(Role::text).collect(Collectors.joining(" or ")));
  }

  private static String address(ServerCall<?, ?> call) {
    SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return from instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : String.valueOf(from);
  }
}
