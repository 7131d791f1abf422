package io.muster.node.http;

import java.net.InetAddress;
import java.util.Map;

/**
 * What a guard sees of a request.
 *
 * @param headers by name in small letters, the first of each
 * @param body of a POST, a few KiB at most; else empty
 */
@SuppressWarnings("ArrayRecordComponent")
public record HttpRequest(
    String method, String path, Map<String, String> headers, InetAddress from, byte[] body) {

  /** Empty where there is no such header. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }
}
