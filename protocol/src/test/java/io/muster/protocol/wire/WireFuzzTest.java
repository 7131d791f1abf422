package io.muster.protocol.wire;

import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Inputs;
import io.muster.fuzz.Messages;
import io.muster.protocol.process.FromProcess;
import io.muster.protocol.process.ToProcess;
import io.muster.protocol.wire.v1.CoordinatorItem;
import io.muster.protocol.wire.v1.ProcessCommand;
import io.muster.protocol.wire.v1.ProcessReport;
import io.muster.protocol.wire.v1.WorkerItem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing but the declared refusal comes of whatever another process says. */
class WireFuzzTest {
  @Test
  void itemsForAWorker() {
    Inputs samples = Inputs.of(Samples.TO_WORKER.stream().map(LinkWire::toBytes).toList());
    Fuzz.feed(
        "link, to a worker",
        samples.or(Messages.of(WorkerItem.getDefaultInstance())),
        LinkWire::toWorker,
        UnknownMessageException.class);
  }

  @Test
  void itemsForACoordinator() {
    Inputs samples = Inputs.of(Samples.TO_COORDINATOR.stream().map(LinkWire::toBytes).toList());
    Fuzz.feed(
        "link, to a coordinator",
        samples.or(Messages.of(CoordinatorItem.getDefaultInstance())),
        LinkWire::toCoordinator,
        UnknownMessageException.class);
  }

  @Test
  void commandsToATaskProcess() throws IOException {
    List<byte[]> samples = new ArrayList<>();
    for (ToProcess each : Samples.TO_PROCESS) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ProcessWire.write(each, out);
      samples.add(out.toByteArray());
    }
    Fuzz.feed(
        "task process, commands",
        Inputs.of(samples).or(framed(Messages.of(ProcessCommand.getDefaultInstance()))),
        bytes -> readAll(bytes, ProcessWire::readCommand),
        UnknownMessageException.class,
        EOFException.class,
        IOException.class);
  }

  @Test
  void reportsOfATaskProcess() throws IOException {
    List<byte[]> samples = new ArrayList<>();
    for (FromProcess each : Samples.FROM_PROCESS) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ProcessWire.write(each, out);
      samples.add(out.toByteArray());
    }
    Fuzz.feed(
        "task process, reports",
        Inputs.of(samples).or(framed(Messages.of(ProcessReport.getDefaultInstance()))),
        bytes -> readAll(bytes, ProcessWire::readReport),
        UnknownMessageException.class,
        EOFException.class,
        IOException.class);
  }

  private interface Reading {
    Object next(ByteArrayInputStream in) throws IOException;
  }

  private static void readAll(byte[] bytes, Reading reading) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    Object read = "";
    while (read != null) {
      read = reading.next(in);
    }
  }

  /** Behind its length, which is right. */
  private static Inputs framed(Inputs messages) {
    return random -> {
      byte[] message = messages.next(random);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int rest = message.length; ; rest >>>= 7) {
        if (rest < 0x80) {
          out.write(rest);
          break;
        }
        out.write(rest & 0x7f | 0x80);
      }
      out.writeBytes(message);
      return out.toByteArray();
    };
  }
}
