package io.muster.coordinator.wire;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.muster.coordinator.access.Holder;
import io.muster.coordinator.access.Role;
import io.muster.protocol.JobSpec;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who makes the call that this thread is at; nobody known where no tokens are asked for. To be
 * taken when the call comes in: later work runs on other threads.
 */
record Callers(Optional<Holder> holder, Predicate<Holder> letIn) {
  static final Context.Key<@Nullable Callers> KEY = Context.key("caller");

  private static final Logger AUDIT = LoggerFactory.getLogger("muster.audit");

  static Callers current() {
    Callers known = KEY.get();
    return known == null ? new Callers(Optional.empty(), any -> true) : known;
  }

  /** Writes down what was done, where it is known by whom. */
  void did(String what) {
    holder.ifPresent(
        who -> AUDIT.info("{} ({}) {}", who.name(), who.role().text(), OneLine.of(what)));
  }

  /**
   * Whether a call that goes on may: its token may have been revoked since it began, or have
   * expired.
   */
  boolean isLetIn() {
    return holder.isEmpty() || letIn.test(holder.get());
  }

  /** What is said to who is not let in any more. */
  StatusRuntimeException refusal() {
    return Status.UNAUTHENTICATED
        .withDescription("the token was revoked or has expired since")
        .asRuntimeException();
  }

  boolean is(Role role) {
    return holder.isPresent() && holder.get().role() == role;
  }

  /** The job as this caller's: where it is known who that is, nobody says it is another. */
  JobSpec own(JobSpec spec) {
    return holder
        .map(
            who ->
                new JobSpec(
                    spec.requestId(),
                    spec.name(),
                    who.name(),
                    spec.program(),
                    spec.inputs(),
                    spec.policy(),
                    spec.session()))
        .orElse(spec);
  }
}
