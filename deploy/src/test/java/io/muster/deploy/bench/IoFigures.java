package io.muster.deploy.bench;

import io.muster.client.Io;
import io.muster.client.IoOptions;
import io.muster.client.Muster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The peers of {@code deploy/bench/io-figures}: the same GETs by an asynchronous client in this
 * process ({@code here URL COUNT AT-ONCE}), and by {@code muster.io()} ({@code gather HOST:PORT URL
 * COUNT AT-ONCE}). Each twice; the second time counts.
 */
public final class IoFigures {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private IoFigures() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "here" -> here(args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3]));
      case "gather" ->
          gather(args[1], args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
      default -> throw new IllegalArgumentException("no figure " + args[0]);
    }
  }

  private static CompletableFuture<Integer> get(String url) {
    return HTTP.sendAsync(
            HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray())
        .thenApply(response -> response.statusCode() == 200 ? response.body().length : -1);
  }

  private static void here(String url, int count, int atOnce) throws Exception {
    for (int run = 0; run < 2; run++) {
      Semaphore permits = new Semaphore(atOnce);
      CountDownLatch left = new CountDownLatch(count);
      AtomicLong bytes = new AtomicLong();
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        permits.acquire();
        var unused =
            get(url)
                .whenComplete(
                    (length, failure) -> {
                      bytes.addAndGet(failure == null ? length : -1);
                      permits.release();
                      left.countDown();
                    });
      }
      left.await();
      told("an asynchronous Java client in one process", run, count, start);
      check(bytes.get(), 2048L * count);
    }
  }

  private static void gather(String address, String url, int count, int atOnce) throws Exception {
    try (Muster muster = Muster.connect(address)) {
      Io io = muster.io(IoOptions.DEFAULT.atOnce(atOnce));
      List<String> urls = Collections.nCopies(count, url);
      for (int run = 0; run < 2; run++) {
        long start = System.nanoTime();
        List<Integer> lengths = io.gather(urls, Io.async(each -> get(each)));
        told("muster.io().gather", run, count, start);
        check(lengths.stream().mapToLong(Integer::longValue).sum(), 2048L * count);
      }
    }
  }

  private static void told(String who, int run, int count, long start) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s, %s run: %,d GETs in %,d ms",
            who,
            run == 0 ? "first" : "second",
            count,
            (System.nanoTime() - start) / 1_000_000));
  }

  private static void check(long is, long wanted) {
    if (is != wanted) {
      throw new IllegalStateException(is + " bytes instead of " + wanted);
    }
  }
}
