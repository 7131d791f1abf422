package io.muster.client.wire;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.muster.client.model.ClusterException;
import io.muster.client.trust.Access;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The addresses of the coordinators, and the connection to the one that answered last. */
final class Channels implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int MOST_MESSAGE = 64 << 20;
  private static final long LATELY_NANOS = 1_000_000_000;

  private final List<String> addresses;
  private final Access access;
  private int current;
  private @Nullable ManagedChannel open;
  private boolean answered;
  private long answeredAt;

  Channels(List<String> addresses, Access access) {
    this.addresses = List.copyOf(addresses);
    this.access = access;
  }

  /** Makes a call at the address that answered last, else at the next that does. */
  <T> T call(Function<ManagedChannel, T> made) {
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      ManagedChannel channel = channel();
      try {
        T answer = made.apply(channel);
        answered();
        return answer;
      } catch (StatusRuntimeException e) {
        if (!isAway(e)) {
          throw failed(e);
        }
        reasons.add(address() + " (" + reason(e) + hint(e) + ")");
        next(channel);
      }
    }
    throw new ClusterException.NotReached(
        "no coordinator reached at " + String.join(", ", reasons));
  }

  /** Makes a call that can't be made twice, at the address that answered last. */
  <T> T once(Function<ManagedChannel, T> made) {
    try {
      return made.apply(channel());
    } catch (StatusRuntimeException e) {
      throw failed(e);
    }
  }

  /** The same failure in the client's words. */
  ClusterException failed(StatusRuntimeException failure) {
    if (failure.getCause() instanceof InterruptedException) {
      return new ClusterException.NotReached(
          "interrupted while the coordinator at " + address() + " was asked");
    }
    String untrusted = ApiChannel.untrusted(failure);
    if (untrusted != null) {
      return new ClusterException.Refused("the coordinator at " + address() + " " + untrusted);
    }
    String line = reason(failure);
    return switch (failure.getStatus().getCode()) {
      case NOT_FOUND -> new ClusterException.NotFound(line);
      case INVALID_ARGUMENT, OUT_OF_RANGE -> new ClusterException.BadValue(line);
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED ->
          new ClusterException.NotReached(
              "the coordinator at " + address() + " went away (" + line + ")");
      case UNIMPLEMENTED ->
          new ClusterException.Refused(
              "the coordinator at " + address() + " is of another version: " + line);
      default -> new ClusterException.Refused(line);
    };
  }

  /** Whether the same on a new connection, here or at another address, may succeed. */
  static boolean mayDoBetter(StatusRuntimeException failure) {
    if (ApiChannel.untrusted(failure) != null) {
      return false;
    }
    return switch (failure.getStatus().getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED, INTERNAL, UNKNOWN -> true;
      default -> isAway(failure);
    };
  }

  private static boolean isAway(StatusRuntimeException failure) {
    Status.Code code = failure.getStatus().getCode();
    if (ApiChannel.untrusted(failure) != null) {
      return false;
    }
    return code == Status.Code.UNAVAILABLE
        || code == Status.Code.DEADLINE_EXCEEDED
        || (code != Status.Code.CANCELLED && reason(failure).contains("no coordinator's API"));
  }

  /** A connection that ends before a word was said may be one to a coordinator that wants TLS. */
  private String hint(StatusRuntimeException failure) {
    boolean lost =
        reason(failure).equals("connection lost")
            || reason(failure).equals("no coordinator's API port");
    return lost && access.isPlain() ? "; if it asks for TLS, give --token" : "";
  }

  private static String reason(StatusRuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return String.valueOf(cause.getMessage()).contains("timed out")
            ? "does not answer"
            : "connection refused";
      }
      if (cause instanceof UnknownHostException) {
        return "unknown host";
      }
    }
    if (failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "does not answer";
    }
    if (failure.getStatus().getCode() == Status.Code.CANCELLED) {
      return "it stopped"; // a server that stops in order cancels the calls that are left
    }
    String description = failure.getStatus().getDescription();
    if (description == null) {
      return failure.getStatus().getCode().toString();
    }
    if (description.contains("Unable to resolve host")) {
      return "unknown host";
    }
    if (description.equals("io exception") || description.startsWith("Network closed")) {
      return "connection lost"; // gRPC's words for a connection that ended without one
    }
    if (ApiChannel.isClosing(description)) {
      return "connection closed";
    }
    if (description.contains("HTTP/2") || description.startsWith("http2 exception")) {
      return "no coordinator's API port";
    }
    return description.lines().findFirst().orElse("");
  }

  private synchronized void answered() {
    answered = true;
    answeredAt = System.nanoTime();
  }

  /** Whether the address that is used now answered within the last second. */
  synchronized boolean haveAnsweredLately() {
    return answered && System.nanoTime() - answeredAt < LATELY_NANOS;
  }

  synchronized ManagedChannel channel() {
    if (open == null) {
      open =
          ApiChannel.to("dns:///" + addresses.get(current), access)
              .directExecutor()
              .maxInboundMessageSize(MOST_MESSAGE)
              .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
              .build();
    }
    return open;
  }

  synchronized String address() {
    return addresses.get(current);
  }

  /** Turns to the next address, unless another thread has done so. */
  synchronized void next(ManagedChannel failed) {
    if (open == failed) {
      close();
      current = (current + 1) % addresses.size();
    }
  }

  int count() {
    return addresses.size();
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      open.shutdownNow();
      open = null;
    }
    answered = false;
  }
}
