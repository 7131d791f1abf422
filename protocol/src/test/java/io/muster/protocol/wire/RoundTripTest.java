package io.muster.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.Encoding;
import io.muster.protocol.Failure;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Program;
import io.muster.protocol.Registration;
import io.muster.protocol.RegistrationReply;
import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.Values;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RoundTripTest {
  static final List<ToWorker> TO_WORKER = Samples.TO_WORKER;
  static final List<ToCoordinator> TO_COORDINATOR = Samples.TO_COORDINATOR;
  static final List<ToProcess> TO_PROCESS = Samples.TO_PROCESS;
  static final List<FromProcess> FROM_PROCESS = Samples.FROM_PROCESS;
  static final List<Registration> REGISTRATIONS = Samples.REGISTRATIONS;
  static final List<RegistrationReply> REPLIES = Samples.REPLIES;
  static final List<JobSpec> SPECS = Samples.SPECS;
  static final List<Failure> FAILURES = Samples.FAILURES;

  @ParameterizedTest
  @FieldSource("TO_WORKER")
  void whatAWorkerIsTold(ToWorker item) {
    assertThat(LinkWire.toWorker(LinkWire.toBytes(item))).isEqualTo(item);
  }

  @ParameterizedTest
  @FieldSource("TO_COORDINATOR")
  void whatACoordinatorIsTold(ToCoordinator item) {
    assertThat(LinkWire.toCoordinator(LinkWire.toBytes(item))).isEqualTo(item);
  }

  @ParameterizedTest
  @FieldSource("TO_PROCESS")
  void whatATaskProcessIsTold(ToProcess command) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    ProcessWire.write(command, stream);
    ByteArrayInputStream in = new ByteArrayInputStream(stream.toByteArray());
    assertThat(ProcessWire.readCommand(in)).isEqualTo(command);
    assertThat(ProcessWire.readCommand(in)).isNull();
  }

  @ParameterizedTest
  @FieldSource("FROM_PROCESS")
  void whatATaskProcessSays(FromProcess report) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    ProcessWire.write(report, stream);
    ByteArrayInputStream in = new ByteArrayInputStream(stream.toByteArray());
    assertThat(ProcessWire.readReport(in)).isEqualTo(report);
    assertThat(ProcessWire.readReport(in)).isNull();
  }

  @ParameterizedTest
  @FieldSource("REGISTRATIONS")
  void registrations(Registration registration) {
    assertThat(LinkWire.fromProto(LinkWire.toProto(registration))).isEqualTo(registration);
  }

  @ParameterizedTest
  @FieldSource("REPLIES")
  void answersToRegistrations(RegistrationReply reply) {
    assertThat(LinkWire.fromProto(LinkWire.toProto(reply))).isEqualTo(reply);
  }

  @ParameterizedTest
  @FieldSource("SPECS")
  void jobs(JobSpec spec) {
    assertThat(JobSpecWire.fromProto(JobSpecWire.toProto(spec))).isEqualTo(spec);
  }

  @ParameterizedTest
  @FieldSource("FAILURES")
  void failures(Failure failure) {
    assertThat(FailureWire.fromProto(FailureWire.toProto(failure))).isEqualTo(failure);
  }

  @Test
  void valuesOfEachEncoding() {
    for (Encoding encoding : Encoding.values()) {
      Values values = new Values(encoding, new byte[] {1}, new int[] {0, 1}, List.of());
      assertThat(ValuesWire.fromProto(ValuesWire.toProto(values))).isEqualTo(values);
    }
  }

  @Test
  void everyKindOfMessageHasASample() {
    assertThat(kinds(Samples.TO_WORKER)).isEqualTo(permitted(ToWorker.class));
    assertThat(kinds(Samples.TO_COORDINATOR)).isEqualTo(permitted(ToCoordinator.class));
    assertThat(kinds(Samples.TO_PROCESS)).isEqualTo(permitted(ToProcess.class));
    assertThat(kinds(Samples.FROM_PROCESS)).isEqualTo(permitted(FromProcess.class));
    assertThat(kinds(Samples.REPLIES)).isEqualTo(permitted(RegistrationReply.class));
    assertThat(kinds(map(Samples.SPECS, JobSpec::program))).isEqualTo(permitted(Program.class));
    assertThat(kinds(map(Samples.SPECS, JobSpec::inputs))).isEqualTo(permitted(Inputs.class));
    assertThat(permitted(ToCoordinator.class)).contains(Outcomes.class);
  }

  private static <T, R> List<R> map(List<T> list, Function<T, R> part) {
    return list.stream().map(part).toList();
  }

  private static Set<Class<?>> kinds(Collection<?> samples) {
    return samples.stream().map(Object::getClass).collect(Collectors.toSet());
  }

  private static Set<Class<?>> permitted(Class<?> choice) {
    return Stream.of(choice.getPermittedSubclasses())
        .flatMap(kind -> kind.isInterface() ? permitted(kind).stream() : Stream.of(kind))
        .collect(Collectors.toSet());
  }
}
