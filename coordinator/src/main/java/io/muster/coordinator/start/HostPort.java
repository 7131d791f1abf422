package io.muster.coordinator.start;

/**
 * An address as users write it: {@code host:port}, {@code [::1]:port}.
 *
 * @param host without brackets
 */
public record HostPort(String host, int port) {
  public HostPort {
    if (host.isBlank() || port < 0 || port > 65535) {
      throw new IllegalArgumentException("not a host:port: " + host + ":" + port);
    }
  }

  /** Throws {@link IllegalArgumentException} with a message that names the text. */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, colon).strip().replaceAll("^\\[(.*)]$", "$1");
      return new HostPort(host, Integer.parseInt(text.substring(colon + 1).strip()));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not a host:port: '" + text + "'", e);
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
