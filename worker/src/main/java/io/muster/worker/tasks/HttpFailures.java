package io.muster.worker.tasks;

import io.muster.api.RetryLaterException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What can be wrong with a request, in one line that names the host. */
final class HttpFailures {
  private static final int LONGEST_REASON = 300;
  private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  private HttpFailures() {}

  /** The URL that a user gave. */
  static URI url(String text) {
    URI uri;
    try {
      uri = URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a URL: '" + text + "'", e);
    }
    if (isOfHttp(uri)) {
      return uri;
    } else if (uri.getHost() == null && uri.getAuthority() != null) {
      throw new IllegalArgumentException(
          "no host that can be asked: '"
              + uri.getAuthority()
              + "' (a name has letters from a to z, digits, '-' and '.')");
    }
    throw new IllegalArgumentException("not a URL of http or https: '" + text + "'");
  }

  private static boolean isOfHttp(URI uri) {
    String scheme = uri.getScheme();
    return uri.getHost() != null
        && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme));
  }

  /** Where a redirect leads. */
  static URI next(URI from, String to) throws IOException {
    try {
      URI next = from.resolve(to);
      if (isOfHttp(next) && (isSecure(next) || !isSecure(from))) {
        return next;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(place(from) + " redirects to no URL: '" + to + "'", e);
    }
    throw new IOException(place(from) + " redirects from " + from + " to " + to);
  }

  private static boolean isSecure(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** Host and port. */
  static String place(URI uri) {
    int usual = isSecure(uri) ? 443 : 80;
    return uri.getHost() + ":" + (uri.getPort() < 0 ? usual : uri.getPort());
  }

  static IOException timeOver(URI uri, Duration within) {
    return new IOException(
        place(uri) + " did not answer within " + within.toMillis() / 1000.0 + " s (--arg timeout)");
  }

  /** A status that fails the task. */
  static Exception refused(HttpResponse<?> answer) {
    String line = place(answer.uri()) + " answers " + answer.statusCode();
    Duration after = retryAfter(answer.headers().firstValue("Retry-After").orElse(""));
    return after == null
        ? new IOException(line)
        : new RetryLaterException(
            line + " and asks to be left alone for " + after.toSeconds() + " s", after);
  }

  /** Seconds, or a date (RFC 9110, 10.2.3). */
  static @Nullable Duration retryAfter(String value) {
    try {
      Duration after =
          value.matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(Instant.now(), date(value));
      if (after.isNegative()) {
        return Duration.ZERO;
      }
      return after.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : after;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static Instant date(String value) {
    return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  /** Why there was no answer. */
  static IOException explained(URI uri, @Nullable Throwable failure) {
    Throwable why = failure;
    while (why instanceof CompletionException && why.getCause() != null) {
      why = why.getCause();
    }
    return new IOException(line(uri, why), why);
  }

  private static String line(URI uri, @Nullable Throwable why) {
    String place = place(uri);
    if (why instanceof HttpBody.RefusedException) {
      return place + " " + why.getMessage();
    } else if (causedBy(why, UnresolvedAddressException.class)) {
      return "no such host: " + uri.getHost();
    } else if (why instanceof ConnectException) {
      return "cannot connect to " + place + ": " + reason(why, "connection refused");
    } else if (why instanceof SSLException) {
      return place + " can't be trusted: " + reason(why, "no secure connection");
    } else if (why instanceof ProtocolException || causedBy(why, NumberFormatException.class)) {
      return place + " does not speak HTTP: " + reason(why, "no answer that makes sense");
    } else if (causedBy(why, EOFException.class) || causedBy(why, ClosedChannelException.class)) {
      return place + " closed the connection before its answer was complete";
    }
    return place + ": " + reason(why, "the connection broke");
  }

  private static boolean causedBy(@Nullable Throwable failure, Class<? extends Throwable> type) {
    Throwable each = failure;
    while (each != null && !type.isInstance(each)) {
      each = each.getCause();
    }
    return each != null;
  }

  /** What the innermost cause says that says anything: it is the plainest. */
  private static String reason(@Nullable Throwable failure, String otherwise) {
    String reason = otherwise;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      List<String> lines =
          each.getMessage() == null ? List.of() : each.getMessage().lines().toList();
      if (!lines.isEmpty()) {
        reason = lines.get(0);
      }
    }
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...";
  }
}
