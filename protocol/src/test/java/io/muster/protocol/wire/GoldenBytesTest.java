package io.muster.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is on the wire stays as it was: nodes of two versions meet during an update. New samples are
 * added to the file by {@code -Dmuster.golden=write}; a line that changes is a broken protocol.
 */
class GoldenBytesTest {
  private static final String FILE = "golden.txt";

  @Test
  void everyMessageHasTheBytesItAlwaysHad() throws IOException {
    List<String> lines = lines();
    if ("write".equals(System.getProperty("muster.golden"))) {
      Files.write(Path.of("src/test/resources/io/muster/protocol/wire", FILE), lines);
      return;
    }
    try (InputStream golden = GoldenBytesTest.class.getResourceAsStream(FILE)) {
      assertThat(golden).as(FILE).isNotNull();
      assertThat(lines)
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  private static List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    Samples.TO_WORKER.forEach(item -> lines.add(line(item, LinkWire.toBytes(item))));
    Samples.TO_COORDINATOR.forEach(item -> lines.add(line(item, LinkWire.toBytes(item))));
    Samples.REGISTRATIONS.forEach(
        registration ->
            lines.add(line(registration, LinkWire.toProto(registration).toByteArray())));
    Samples.REPLIES.forEach(reply -> lines.add(line(reply, LinkWire.toProto(reply).toByteArray())));
    Samples.SPECS.forEach(spec -> lines.add(line(spec, JobSpecWire.toProto(spec).toByteArray())));
    Samples.FAILURES.forEach(
        failure -> lines.add(line(failure, FailureWire.toProto(failure).toByteArray())));
    for (ToProcess command : Samples.TO_PROCESS) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ProcessWire.write(command, bytes);
      lines.add(line(command, bytes.toByteArray()));
    }
    for (FromProcess report : Samples.FROM_PROCESS) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ProcessWire.write(report, bytes);
      lines.add(line(report, bytes.toByteArray()));
    }
    return lines;
  }

  private static String line(Object message, byte[] bytes) {
    String name = message.getClass().getName();
    return name.substring(name.lastIndexOf('.') + 1) + " " + HexFormat.of().formatHex(bytes);
  }
}
