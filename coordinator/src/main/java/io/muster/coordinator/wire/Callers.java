package io.muster.coordinator.wire;

import io.grpc.Context;
import io.muster.coordinator.access.Holder;
import io.muster.coordinator.access.Role;
import io.muster.protocol.JobSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who makes the call that this thread is at; nobody known where no tokens are asked for. To be
 * taken when the call comes in: later work runs on other threads.
 */
record Callers(Optional<Holder> holder) {
  static final Context.Key<@Nullable Holder> KEY = Context.key("holder");

  private static final Logger AUDIT = LoggerFactory.getLogger("muster.audit");

  static Callers current() {
    return new Callers(Optional.ofNullable(KEY.get()));
  }

  /** Writes down what was done, where it is known by whom. */
  void did(String what) {
    holder.ifPresent(
        who -> AUDIT.info("{} ({}) {}", who.name(), who.role().text(), OneLine.of(what)));
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
