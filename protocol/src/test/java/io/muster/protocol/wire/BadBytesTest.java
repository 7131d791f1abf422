package io.muster.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.ToCoordinator;
import io.muster.protocol.ToWorker;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BadBytesTest {
  @Test
  void anItemOfANewerVersionIsRefusedByItsFieldNumber() {
    byte[] field100 = {(byte) 0xa2, 0x06, 0x00};
    assertThatThrownBy(() -> LinkWire.toWorker(field100))
        .isInstanceOf(UnknownMessageException.class)
        .hasMessageContaining("100");
    assertThatThrownBy(() -> LinkWire.toCoordinator(field100))
        .isInstanceOf(UnknownMessageException.class)
        .hasMessageContaining("100");
  }

  @Test
  void nothingButTheRefusalComesOfDamagedBytes() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      for (ToWorker item : Samples.TO_WORKER) {
        byte[] bytes = damaged(LinkWire.toBytes(item), random);
        refusedOrRead(() -> LinkWire.toWorker(bytes));
      }
      for (ToCoordinator item : Samples.TO_COORDINATOR) {
        byte[] bytes = damaged(LinkWire.toBytes(item), random);
        refusedOrRead(() -> LinkWire.toCoordinator(bytes));
      }
    }
  }

  @Test
  void nothingButTheRefusalComesOfADamagedReport() throws IOException {
    Random random = new Random(8);
    for (int round = 0; round < 300; round++) {
      for (FromProcess report : Samples.FROM_PROCESS) {
        byte[] bytes = damaged(bytes(report), random);
        refusedOrRead(() -> ProcessWire.readReport(new ByteArrayInputStream(bytes)));
      }
    }
  }

  @Test
  void nothingButTheRefusalComesOfADamagedCommand() throws IOException {
    Random random = new Random(9);
    for (int round = 0; round < 300; round++) {
      for (ToProcess command : Samples.TO_PROCESS) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        ProcessWire.write(command, whole);
        byte[] bytes = damaged(whole.toByteArray(), random);
        refusedOrRead(() -> ProcessWire.readCommand(new ByteArrayInputStream(bytes)));
      }
    }
  }

  @Test
  void aMessageThatClaimsToBeHugeIsRefusedBeforeItIsRead() {
    byte[] length = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};
    assertThatThrownBy(() -> ProcessWire.readReport(new ByteArrayInputStream(length)))
        .isInstanceOf(UnknownMessageException.class)
        .hasMessageContaining(String.valueOf(Integer.MAX_VALUE));
  }

  @Test
  void aStreamThatEndsWithinAMessageIsNoCleanEnd() throws IOException {
    byte[] whole = bytes(Samples.FROM_PROCESS.get(0));
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
    assertThatThrownBy(() -> ProcessWire.readReport(new ByteArrayInputStream(cut)))
        .isInstanceOf(EOFException.class);
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static void refusedOrRead(Reading reading) {
    try {
      assertThat(reading.read()).isNotNull();
    } catch (UnknownMessageException | IOException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static byte[] bytes(FromProcess report) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ProcessWire.write(report, bytes);
    return bytes.toByteArray();
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}
