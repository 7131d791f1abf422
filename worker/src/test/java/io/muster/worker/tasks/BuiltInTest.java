package io.muster.worker.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.protocol.IoNames;
import io.muster.protocol.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInTest {
  private static final TaskOf PLAIN = new TaskOf(Map.of());

  @TempDir private Path folder;

  private static String refusal(String name, Map<String, String> args) {
    return BuiltIn.refusal(new Program.Io(name, args)).orElse("");
  }

  // Names

  @Test
  void everyNameHasItsTask() {
    for (String name : IoNames.ALL) {
      assertThat(refusal(name, Map.of())).isEmpty();
      assertThat(BuiltIn.className(new Program.Io(name, Map.of()))).startsWith("io.muster.");
    }
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    assertThat(refusal("htp-get", Map.of())).contains("did you mean http-get?");
    assertThat(refusal("fetch", Map.of())).contains("http-get, http-post", "sleep");
  }

  @Test
  void soIsAnArgumentThatItDoesNotTake() {
    assertThat(refusal("file-hash", Map.of("save", "/tmp")))
        .isEqualTo("file-hash takes no --arg save: it takes none");
    assertThat(refusal("tcp-check", Map.of("timout", "1s")))
        .isEqualTo("tcp-check takes no --arg timout: it takes timeout");
    assertThat(refusal("http-get", Map.of("header.X-Mine", "yes", "timeout", "1s"))).isEmpty();
    Map.of(
            "timeout", "--arg timeout: not a time such as 30s or 500ms: '1000'",
            "redirects", "--arg redirects: not a number: '1000x'",
            "max-size", "--arg max-size: not a size such as 500k or 10m: 'lots'",
            "save", "--arg save: not an absolute path: 'here' (it is looked for on the worker)",
            "fail-on", "--arg fail-on: not statuses such as 404,5xx or none: '500-599'")
        .forEach(
            (arg, line) -> {
              String wrong = line.replaceFirst(".*: '([^']*)'.*", "$1");
              assertThat(refusal("http-get", Map.of(arg, wrong))).isEqualTo(line);
            });
    assertThat(refusal("http-get", Map.of("body", "x"))).contains("header.NAME");
  }

  @Test
  void aValueThatMakesNoSenseIsNamed() {
    TaskOf odd = new TaskOf(Map.of("time", "30", "size", "10x", "number", "-1"));
    assertThatThrownBy(() -> Args.time(odd, "time", "1s"))
        .hasMessage("--arg time: not a time such as 30s or 500ms: '30'");
    assertThatThrownBy(() -> Args.bytes(odd, "size", "1k"))
        .hasMessage("--arg size: not a size such as 500k or 10m: '10x'");
    assertThatThrownBy(() -> Args.number(odd, "number", 1))
        .hasMessage("--arg number: not a number from 0 on: '-1'");
    assertThat(Args.bytes(PLAIN, "size", "10m")).isEqualTo(10 << 20);
  }

  // tcp-check

  @Test
  void whatListensIsFound() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String place = "127.0.0.1:" + server.getLocalPort();
      assertThat(new TcpCheck().run(place, PLAIN))
          .containsEntry("address", place)
          .containsEntry("ip", "127.0.0.1")
          .containsKey("millis");
      assertThat(new TcpCheck().key(place)).isEqualTo(place);
    }
  }

  @Test
  void whatDoesNotListenIsAFailureThatNamesIt() throws Exception {
    String place;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      place = "127.0.0.1:" + server.getLocalPort();
    }
    assertThatThrownBy(() -> new TcpCheck().run(place, PLAIN))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot connect to " + place + ": Connection refused");
    assertThatThrownBy(() -> new TcpCheck().run("no-such-host.invalid:80", PLAIN))
        .hasMessage("no such host: no-such-host.invalid");
    for (String text : new String[] {"localhost", ":80", "localhost:http", "localhost:99999"}) {
      assertThatThrownBy(() -> new TcpCheck().run(text, PLAIN))
          .hasMessage("not a host:port: '" + text + "'");
    }
  }

  // Files

  @Test
  void aFileIsDescribed() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "abc");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-02T03:04:05Z")));
    assertThat(new FileStat().run(file.toString(), PLAIN))
        .containsEntry("kind", "file")
        .containsEntry("size", 3L)
        .containsEntry("modified", "2020-01-02T03:04:05Z");
    assertThat(new FileStat().run(folder.toString(), PLAIN)).containsEntry("kind", "folder");
  }

  @Test
  void aFileIsHashed() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "abc");
    assertThat(new FileHash().run(file.toString(), PLAIN))
        .containsEntry("size", 3L)
        .containsEntry(
            "sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    String missing = folder.resolve("missing").toString();
    assertThatThrownBy(() -> new FileStat().run(missing, PLAIN))
        .hasMessage("no such file: " + missing);
    assertThatThrownBy(() -> new FileHash().run(missing, PLAIN))
        .hasMessage("no such file: " + missing);
    assertThatThrownBy(() -> new FileHash().run(folder.toString(), PLAIN))
        .hasMessage("cannot read " + folder + ": Is a directory");
    assertThatThrownBy(() -> new FileStat().run("a/b", PLAIN))
        .hasMessage("not an absolute path: 'a/b' (it is looked for on the worker)");
  }

  // sleep

  @Test
  void whoSleepsGivesItsInputBack() {
    TaskOf short1 = new TaskOf(Map.of("millis", "1"));
    assertThat(new Sleep().start("me", short1).toCompletableFuture().join()).isEqualTo("me");
    assertThat(new Sleep().start(null, short1).toCompletableFuture().join()).isNull();
  }

  @Test
  void whoIsCancelledSleepsNoLonger() {
    CompletableFuture<?> asleep =
        new Sleep().start("me", new TaskOf(Map.of("millis", "1000000"))).toCompletableFuture();
    asleep.cancel(true);
    assertThat(asleep).isCancelled();
  }
}
