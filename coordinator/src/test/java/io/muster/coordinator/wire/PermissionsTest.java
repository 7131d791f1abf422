package io.muster.coordinator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.muster.coordinator.access.Role;
import io.muster.protocol.wire.v1.AccessGrpc;
import io.muster.protocol.wire.v1.BlobsGrpc;
import io.muster.protocol.wire.v1.MusterGrpc;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  private static List<String> methods() {
    return List.<ServiceDescriptor>of(
            MusterGrpc.getServiceDescriptor(),
            BlobsGrpc.getServiceDescriptor(),
            AccessGrpc.getServiceDescriptor())
        .stream()
        .flatMap(service -> service.getMethods().stream())
        .map(MethodDescriptor::getFullMethodName)
        .toList();
  }

  private static Set<String> of(Role role) {
    return methods().stream()
        .filter(method -> Permissions.of(method).contains(role))
        .map(method -> method.substring("muster.v1.".length()))
        .collect(Collectors.toSet());
  }

  @Test
  void everyCallIsSomebodys() {
    assertThat(methods()).hasSizeGreaterThan(20);
    for (String method : methods()) {
      assertThat(Permissions.of(method)).as(method).isNotEmpty();
    }
    assertThat(Permissions.of("muster.v1.Muster/NewOne")).isEmpty();
  }

  @Test
  void whoSubmitsMayAllThatWhoReadsMayAndWhoAdministersAllButJoin() {
    assertThat(of(Role.SUBMIT)).containsAll(of(Role.READ));
    assertThat(of(Role.ADMIN)).containsAll(of(Role.SUBMIT));
    assertThat(EnumSet.allOf(Role.class)).hasSize(4);
    assertThat(of(Role.ADMIN)).doesNotContain("Access/Certificate");
  }

  @Test
  void aWorkerMayJoinAndMoveBytesAndNothingElse() {
    assertThat(of(Role.WORKER))
        .containsExactlyInAnyOrder(
            "Muster/Cluster",
            "Muster/Append",
            "Muster/Results",
            "Blobs/Missing",
            "Blobs/Put",
            "Blobs/Get",
            "Access/Certificate");
  }

  @Test
  void whoReadsMayAskForHealthAndForTheSchema() {
    for (ServiceDescriptor service :
        List.of(HealthGrpc.getServiceDescriptor(), ServerReflectionGrpc.getServiceDescriptor())) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        assertThat(Permissions.of(method.getFullMethodName()))
            .as(method.getFullMethodName())
            .containsExactlyInAnyOrder(Role.READ, Role.SUBMIT, Role.ADMIN);
      }
    }
  }

  @Test
  void whoReadsChangesNothing() {
    assertThat(of(Role.READ))
        .containsExactlyInAnyOrder(
            "Muster/Jobs",
            "Muster/Job",
            "Muster/Watch",
            "Muster/Results",
            "Muster/Failures",
            "Muster/Logs",
            "Muster/Explain",
            "Muster/Workers",
            "Blobs/Missing",
            "Blobs/Get");
  }
}
