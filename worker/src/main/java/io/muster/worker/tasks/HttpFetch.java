package io.muster.worker.tasks;

import io.muster.api.TaskContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One task's requests, one after the other: the first, and those that redirects lead to. */
final class HttpFetch {
  private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

  /** Statuses after which the method stays what it was. */
  private static final List<Integer> SAME_METHOD = List.of(307, 308);

  /** Headers that are not for another host. */
  private static final Set<String> SECRETS = Set.of("authorization", "cookie", "host");

  private final HttpClient client;
  private final URI first;
  private final TaskContext context;
  private final BiConsumer<HttpRequest.Builder, TaskContext> method;
  private final Duration within;
  private final long redirects;
  private final List<String> failures;
  private final long most;
  private final @Nullable Path file;
  private final long began = System.nanoTime();
  private final Set<URI> visited = new LinkedHashSet<>();
  private final CompletableFuture<Map<String, Object>> result = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<?> request;

  HttpFetch(
      HttpClient client,
      URI first,
      TaskContext context,
      BiConsumer<HttpRequest.Builder, TaskContext> method) {
    this.client = client;
    this.first = first;
    this.context = context;
    this.method = method;
    within = Args.time(context, "timeout", "30s");
    redirects = Args.number(context, "redirects", 5);
    most = Args.bytes(context, "max-size", "10m");
    failures = Args.statuses("fail-on", context.arg("fail-on", "429,5xx"));
    file = file(context);
  }

  private static @Nullable Path file(TaskContext context) {
    Path folder = Args.folder("save", context.arg("save", ""));
    return folder == null ? null : folder.resolve("job-" + context.job() + "-" + context.index());
  }

  /** Whoever cancels what this returns ends the request. */
  CompletableFuture<Map<String, Object>> begin() {
    Future<?> alarm = Alarms.in(within, this::timeOver);
    result.whenComplete((value, failure) -> stop(alarm));
    send(first, method);
    return result;
  }

  private void timeOver() {
    result.completeExceptionally(HttpFailures.timeOver(first, within));
  }

  private void stop(Future<?> alarm) {
    alarm.cancel(false);
    CompletableFuture<?> sent = request;
    if (sent != null) {
      sent.cancel(true);
    }
  }

  private void send(URI uri, BiConsumer<HttpRequest.Builder, TaskContext> as) {
    visited.add(uri);
    try {
      HttpRequest.Builder builder = HttpRequest.newBuilder(uri);
      as.accept(builder, context);
      context.args().forEach((name, value) -> header(builder, uri, name, value));
      CompletableFuture<HttpResponse<HttpBody>> sent =
          client.sendAsync(builder.build(), this::body);
      request = sent;
      if (result.isDone()) {
        sent.cancel(true);
      }
      sent.whenComplete((answer, failure) -> answered(uri, answer, failure));
    } catch (RuntimeException e) {
      result.completeExceptionally(e); // a header that HTTP does not allow, for one
    }
  }

  private void header(HttpRequest.Builder builder, URI uri, String arg, String value) {
    if (arg.startsWith("header.")) {
      String name = arg.substring("header.".length());
      boolean elsewhere = !HttpFailures.place(uri).equals(HttpFailures.place(first));
      if (!elsewhere || !SECRETS.contains(name.toLowerCase(Locale.ROOT))) {
        builder.setHeader(name, value);
      }
    }
  }

  private BodySubscriber<HttpBody> body(ResponseInfo info) {
    boolean wanted = !isFollowed(info.statusCode()) && !isFailure(info.statusCode());
    return new HttpBody.Reader(info.headers(), most, wanted ? file : null);
  }

  private void answered(
      URI uri, @Nullable HttpResponse<HttpBody> answer, @Nullable Throwable failure) {
    try {
      if (answer == null) {
        throw HttpFailures.explained(uri, failure);
      }
      String to = answer.headers().firstValue("Location").orElse("");
      if (isFollowed(answer.statusCode()) && !to.isEmpty()) {
        follow(answer, to);
      } else if (isFailure(answer.statusCode())) {
        throw HttpFailures.refused(answer);
      } else {
        result.complete(told(answer));
      }
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }

  private boolean isFollowed(int status) {
    return redirects > 0 && REDIRECTS.contains(status);
  }

  /** Whether {@code fail-on} has it, as {@code 404} or {@code 4xx}. */
  private boolean isFailure(int status) {
    return failures.contains(Integer.toString(status)) || failures.contains(status / 100 + "xx");
  }

  private void follow(HttpResponse<HttpBody> answer, String to) throws IOException {
    URI from = answer.uri();
    URI next = HttpFailures.next(from, to);
    if (visited.contains(next)) {
      throw new IOException(
          HttpFailures.place(from) + " redirects in a circle: " + from + " leads back to " + next);
    }
    if (visited.size() > redirects) {
      throw new IOException(
          HttpFailures.place(from)
              + " redirects once more, to "
              + next
              + ", after "
              + redirects
              + " redirects (--arg redirects)");
    }
    boolean same = SAME_METHOD.contains(answer.statusCode());
    send(next, same ? method : (builder, any) -> builder.GET());
  }

  private Map<String, Object> told(HttpResponse<HttpBody> answer) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("url", answer.uri().toString());
    told.put("status", answer.statusCode());
    Map<String, String> headers = new LinkedHashMap<>();
    answer.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
    told.put("headers", headers);
    told.put("millis", (System.nanoTime() - began) / 1_000_000);
    answer.body().into(told);
    return told;
  }
}
