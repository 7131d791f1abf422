package io.muster.worker.tasks;

import io.muster.api.TaskContext;
import java.net.http.HttpRequest;

/** Gets a URL. */
public final class HttpGet extends HttpTask {
  @Override
  void method(HttpRequest.Builder request, TaskContext context) {
    request.GET();
  }
}
