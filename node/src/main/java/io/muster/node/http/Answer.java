package io.muster.node.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a page is: bytes of a type, with a status. */
@SuppressWarnings("ArrayRecordComponent")
public record Answer(int status, String type, byte[] body, Map<String, String> headers) {
  /** Without headers of its own. */
  public Answer(int status, String type, byte[] body) {
    this(status, type, body, Map.of());
  }

  public static Answer text(int status, String text) {
    return new Answer(
        status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  public static Answer json(byte[] json) {
    return new Answer(200, "application/json", json);
  }
}
