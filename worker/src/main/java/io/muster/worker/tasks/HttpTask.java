package io.muster.worker.tasks;

import io.muster.api.IoTask;
import io.muster.api.RetryLaterException;
import io.muster.api.TaskContext;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request to the URL that is the input. The result has status, headers, milliseconds, size,
 * SHA-256, and the body as text, in base64, or as the file it is saved in. Arguments: {@code
 * header.NAME}, {@code timeout} (milliseconds for all of it, 30000), {@code redirects} (5), {@code
 * max-size} (10m), {@code save} (a folder on the worker's machine), {@code fail-on} ({@code
 * 429,5xx}: statuses that fail the task; {@code none}).
 */
abstract class HttpTask implements IoTask<String, Map<String, Object>> {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  abstract void method(HttpRequest.Builder request, TaskContext context);

  @Override
  public CompletionStage<Map<String, Object>> start(String input, TaskContext context) {
    URI uri = uri(input);
    long start = System.nanoTime();
    long redirects = Args.number(context, "redirects", 5);
    CompletableFuture<Map<String, Object>> whole =
        ask(uri, context, redirects)
            .thenApply(answer -> result(answer, context, start))
            .orTimeout(Args.number(context, "timeout", 30_000), TimeUnit.MILLISECONDS);
    CompletableFuture<Map<String, Object>> told = new CompletableFuture<>();
    whole.whenComplete(
        (result, failure) -> {
          if (failure == null) {
            told.complete(result);
          } else {
            told.completeExceptionally(plain(uri, failure));
          }
        });
    told.whenComplete((result, failure) -> whole.cancel(true));
    return told;
  }

  private CompletableFuture<HttpResponse<Body>> ask(URI uri, TaskContext context, long redirects) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    method(request, context);
    context
        .args()
        .forEach(
            (name, value) -> {
              if (name.startsWith("header.")) {
                request.setHeader(name.substring("header.".length()), value);
              }
            });
    long most = Args.bytes(context, "max-size", "10m");
    String folder = context.arg("save", "");
    Path file =
        folder.isEmpty() ? null : Path.of(folder, "job-" + context.job() + "-" + context.index());
    return CLIENT
        .sendAsync(request.build(), answer -> Body.reader(uri, most, file))
        .thenCompose(answer -> follow(answer, context, redirects));
  }

  private CompletableFuture<HttpResponse<Body>> follow(
      HttpResponse<Body> answer, TaskContext context, long redirects) {
    String to = answer.headers().firstValue("Location").orElse("");
    boolean moved = List.of(301, 302, 303, 307, 308).contains(answer.statusCode());
    if (!moved || to.isEmpty() || redirects < 0) {
      return CompletableFuture.completedFuture(answer);
    }
    if (redirects == 0) {
      return CompletableFuture.failedFuture(
          new IOException("redirected once more, to " + to + ", after as often as is followed"));
    }
    return ask(answer.uri().resolve(to), context, redirects - 1);
  }

  private static Map<String, Object> result(
      HttpResponse<Body> answer, TaskContext context, long start) {
    int status = answer.statusCode();
    if (fails(status, context.arg("fail-on", "429,5xx"))) {
      throw new CompletionException(refused(answer));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("url", answer.uri().toString());
    result.put("status", status);
    Map<String, String> headers = new LinkedHashMap<>();
    answer.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
    result.put("headers", headers);
    result.put("millis", (System.nanoTime() - start) / 1_000_000);
    answer.body().into(result);
    return result;
  }

  private static boolean fails(int status, String statuses) {
    for (String each : statuses.split(",", -1)) {
      String one = each.strip().toLowerCase(Locale.ROOT);
      if (one.equals(Integer.toString(status)) || one.equals(status / 100 + "xx")) {
        return true;
      }
    }
    return false;
  }

  private static Exception refused(HttpResponse<Body> answer) {
    String line = place(answer.uri()) + " answers " + answer.statusCode();
    Duration after = retryAfter(answer.headers().firstValue("Retry-After").orElse(""));
    return after == null
        ? new IOException(line)
        : new RetryLaterException(
            line + ", and wants to be left alone for " + after.toSeconds() + " s", after);
  }

  /** Seconds, or a date (RFC 9110, 10.2.3). */
  private static @Nullable Duration retryAfter(String value) {
    try {
      if (value.chars().allMatch(Character::isDigit)) {
        return value.isEmpty() ? null : Duration.ofSeconds(Long.parseLong(value));
      }
      Instant when = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration until = Duration.between(Instant.now(), when);
      return until.isNegative() ? Duration.ZERO : until;
    } catch (DateTimeParseException | NumberFormatException e) {
      return null;
    }
  }

  /** One line that names the host. */
  private static Throwable plain(URI uri, Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String place = place(uri);
    if (cause instanceof RetryLaterException) {
      return cause;
    } else if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
      return new IOException(place + " did not answer in time", cause);
    } else if (has(cause, UnresolvedAddressException.class)) {
      return new IOException("no such host: " + uri.getHost(), cause);
    } else if (cause instanceof ConnectException) {
      String why = cause.getMessage() == null ? "connection refused" : cause.getMessage();
      return new IOException("cannot connect to " + place + ": " + why, cause);
    } else if (cause instanceof SSLException) {
      return new IOException(place + " can't be trusted: " + oneLine(cause.getMessage()), cause);
    } else if (cause instanceof IOException
        && cause.getMessage() != null
        && cause.getMessage().startsWith(place)) {
      return cause;
    }
    return new IOException(place + ": " + oneLine(cause.getMessage()), cause);
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return true;
      }
    }
    return false;
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "the connection broke" : text.lines().findFirst().orElse("");
  }

  private static URI uri(String input) {
    try {
      URI uri = URI.create(input.strip());
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a URL: '" + input + "'", e);
    }
    throw new IllegalArgumentException("not a URL of http or https: '" + input + "'");
  }

  static String place(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    return uri.getHost() + ":" + (uri.getPort() < 0 ? usual : uri.getPort());
  }

  @Override
  public String key(String input) {
    return place(uri(input));
  }
}
