package io.muster.coordinator.wire;

import static io.muster.coordinator.access.Role.ADMIN;
import static io.muster.coordinator.access.Role.READ;
import static io.muster.coordinator.access.Role.SUBMIT;
import static io.muster.coordinator.access.Role.WORKER;

import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.muster.coordinator.access.Role;
import io.muster.protocol.wire.v1.AccessGrpc;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.MusterGrpc;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which roles may make which call. A call that is not listed nobody may make. */
final class Permissions {
  private static final Map<String, Set<Role>> TABLE = new HashMap<>();

  static {
    let(MusterGrpc.getClusterMethod(), WORKER, ADMIN);

    let(MusterGrpc.getSubmitMethod(), SUBMIT, ADMIN);
    let(MusterGrpc.getAppendMethod(), SUBMIT, ADMIN, WORKER); // a worker under its attempt only
    let(MusterGrpc.getCloseInputsMethod(), SUBMIT, ADMIN);
    let(MusterGrpc.getSessionMethod(), SUBMIT, ADMIN);
    let(MusterGrpc.getCancelMethod(), SUBMIT, ADMIN);
    let(MusterGrpc.getRetryMethod(), SUBMIT, ADMIN);
    let(MusterGrpc.getForgetMethod(), SUBMIT, ADMIN);

    let(MusterGrpc.getJobsMethod(), READ, SUBMIT, ADMIN);
    let(MusterGrpc.getJobMethod(), READ, SUBMIT, ADMIN);
    let(MusterGrpc.getWatchMethod(), READ, SUBMIT, ADMIN);
    let(MusterGrpc.getResultsMethod(), READ, SUBMIT, ADMIN, WORKER); // a worker reduces them
    let(MusterGrpc.getFailuresMethod(), READ, SUBMIT, ADMIN);
    let(MusterGrpc.getLogsMethod(), READ, SUBMIT, ADMIN);
    let(MusterGrpc.getExplainMethod(), READ, SUBMIT, ADMIN);
    let(MusterGrpc.getWorkersMethod(), READ, SUBMIT, ADMIN);

    let(MusterGrpc.getDrainMethod(), ADMIN);
    let(MusterGrpc.getStopMethod(), ADMIN);

    let(BlobsGrpc.getMissingMethod(), READ, SUBMIT, ADMIN, WORKER); // clients begin with it
    let(BlobsGrpc.getPutMethod(), SUBMIT, ADMIN, WORKER);
    let(BlobsGrpc.getGetMethod(), READ, SUBMIT, ADMIN, WORKER);

    let(AccessGrpc.getCreateTokenMethod(), ADMIN);
    let(AccessGrpc.getTokensMethod(), ADMIN);
    let(AccessGrpc.getRevokeTokenMethod(), ADMIN);
    let(AccessGrpc.getCertificateMethod(), WORKER);

    let(HealthGrpc.getCheckMethod(), READ, SUBMIT, ADMIN);
    let(HealthGrpc.getWatchMethod(), READ, SUBMIT, ADMIN);
    let(ServerReflectionGrpc.getServerReflectionInfoMethod(), READ, SUBMIT, ADMIN);
  }

  private Permissions() {}

  private static void let(MethodDescriptor<?, ?> method, Role... roles) {
    TABLE.put(method.getFullMethodName(), Set.copyOf(EnumSet.copyOf(Set.of(roles))));
  }

  static Set<Role> of(String fullMethodName) {
    return TABLE.getOrDefault(fullMethodName, Set.of());
  }
}
