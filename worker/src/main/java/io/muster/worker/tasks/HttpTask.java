package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.TaskContext;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A request to the URL that is the input, with redirects followed. The result has the URL that
 * answered, the status, headers, milliseconds, size and SHA-256 of the body, and the body: as text,
 * in base64, or as the file that it is saved in. A server that can't be reached, breaks off or
 * speaks no HTTP fails the task; so do the statuses of {@code fail-on}. Arguments:
 *
 * <ul>
 *   <li>{@code timeout} (30s) for all of it
 *   <li>{@code header.NAME} to send
 *   <li>{@code redirects} (5) to follow; 0: they are results
 *   <li>{@code max-size} (10m) of a body; a longer one fails the task and is not read to its end
 *   <li>{@code save}: a folder on the worker's machine for the bodies, each in a file of its own
 *   <li>{@code fail-on} (429,5xx): statuses that fail the task, to be tried again if the job has
 *       retries, after the server's {@code Retry-After} if it says so; {@code none}: all are
 *       results
 * </ul>
 */
abstract class HttpTask implements IoTask<String, Map<String, Object>> {
  /** A name is looked up by one of these, which may take seconds; all else takes no time. */
  private static final int THREADS = 64;

  private static final int IDLE_SECONDS = 10;

  /** One client, with its connections, for all tasks. */
  private static final HttpClient CLIENT = client();

  private static HttpClient client() {
    System.setProperty("jdk.httpclient.keepalive.timeout", "30");
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "http");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .executor(threads)
        .build();
  }

  abstract void method(HttpRequest.Builder request, TaskContext context);

  @Override
  public CompletionStage<Map<String, Object>> start(String input, TaskContext context) {
    HttpFetch fetch = new HttpFetch(CLIENT, HttpFailures.url(input), context, this::method);
    CompletableFuture<Map<String, Object>> result = fetch.begin();
    return result;
  }

  @Override
  public String key(String input) {
    return HttpFailures.place(HttpFailures.url(input));
  }
}
