package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Connects to {@code host:port}, within {@code timeout} milliseconds (5000). */
public final class TcpCheck implements IoTask.Blocking<String, Map<String, Object>> {
  @Override
  public Map<String, Object> run(String input, TaskContext context) throws IOException {
    int colon = input.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("not a host:port: '" + input + "'");
    }
    String host = input.substring(0, colon);
    int port = port(input, colon);
    int millis = (int) Args.number(context, "timeout", 5_000);
    long start = System.nanoTime();
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new UnknownHostException("no such host: " + host);
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, millis);
    } catch (SocketTimeoutException e) {
      throw new SocketTimeoutException(input + " does not answer within " + millis + " ms");
    } catch (IOException e) {
      throw new IOException("cannot connect to " + input + ": " + e.getMessage(), e);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("address", input);
    result.put("ip", address.getAddress().getHostAddress());
    result.put("millis", (System.nanoTime() - start) / 1_000_000);
    return result;
  }

  private static int port(String input, int colon) {
    try {
      int port = Integer.parseInt(input.substring(colon + 1));
      if (port > 0 && port < 1 << 16) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a host:port: '" + input + "'", e);
    }
    throw new IllegalArgumentException("not a host:port: '" + input + "'");
  }

  @Override
  public String key(String input) {
    return input;
  }
}
