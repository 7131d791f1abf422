package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Connects to {@code host:port}, within {@code timeout} (5s). Says its IP address and how long. */
public final class TcpCheck implements IoTask.Blocking<String, Map<String, Object>> {
  @Override
  public Map<String, Object> run(String input, TaskContext context) throws IOException {
    Duration within = Args.time(context, "timeout", "5s");
    long began = System.nanoTime();
    InetSocketAddress address = address(input);
    if (address.isUnresolved()) {
      throw new IOException("no such host: " + address.getHostString());
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, (int) Math.max(1, within.toMillis()));
    } catch (SocketTimeoutException e) {
      throw new IOException(input + " did not answer within " + within.toMillis() + " ms", e);
    } catch (IOException e) {
      throw new IOException("cannot connect to " + input + ": " + e.getMessage(), e);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("address", input);
    result.put("ip", address.getAddress().getHostAddress());
    result.put("millis", (System.nanoTime() - began) / 1_000_000);
    return result;
  }

  private static InetSocketAddress address(String input) {
    int colon = input.lastIndexOf(':');
    try {
      if (colon > 0) {
        int port = Integer.parseInt(input.substring(colon + 1));
        return new InetSocketAddress(input.substring(0, colon), port);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a host:port: '" + input + "'", e);
    }
    throw new IllegalArgumentException("not a host:port: '" + input + "'");
  }

  @Override
  public String key(String input) {
    return input;
  }
}
