package io.muster.worker.tasks;

import io.muster.api.TaskContext;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/** Posts {@code body} (empty), of {@code content-type} (text/plain), to a URL. */
public final class HttpPost extends HttpTask {
  @Override
  void method(HttpRequest.Builder request, TaskContext context) {
    request
        .header("Content-Type", context.arg("content-type", "text/plain; charset=utf-8"))
        .POST(BodyPublishers.ofString(context.arg("body", "")));
  }
}
