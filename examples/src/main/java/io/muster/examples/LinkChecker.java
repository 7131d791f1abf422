package io.muster.examples;

import io.muster.api.IoTask;
import io.muster.api.Task;
import io.muster.api.TaskContext;
import io.muster.client.Io;
import io.muster.client.IoOptions;
import io.muster.client.Muster;
import io.muster.client.Pool;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the broken links of a web site: fetches pages (which waits), parses them (which computes),
 * asks for each distinct link that stays on its server (which waits), and reports. Twice: as a
 * program, {@link #main}, and as the stages of a pipeline ({@code link-checker/links.yaml}).
 */
public final class LinkChecker {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** One for all tasks of a process, with its connections. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(PATIENCE)
          .build();

  private static final Pattern LINK =
      Pattern.compile(
          "<(?:a|area|img|link|script)\\b[^>]*?\\b(?:href|src)\\s*=\\s*\"([^\"#]*)[^\"]*\"",
          Pattern.CASE_INSENSITIVE);

  private LinkChecker() {}

  /** What a server gave for an address. */
  public record Page(String url, String html) implements Serializable {}

  /**
   * @param page where it stands
   */
  public record Link(String page, String target) implements Serializable {}

  /**
   * A link that leads nowhere.
   *
   * @param why the status, or what went wrong before there was one
   */
  public record Broken(String page, String target, String why) {}

  // What the program and the pipeline do alike

  static CompletableFuture<Page> fetch(String url) {
    return HTTP.sendAsync(request(url).GET().build(), BodyHandlers.ofString())
        .thenApply(response -> new Page(url, response.body()));
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
  }

  /** The distinct links of a page that stay on its server, without the part behind '#'. */
  static List<Link> links(Page page) {
    URI base = URI.create(page.url());
    return LINK.matcher(page.html())
        .results()
        .map(match -> target(base, match))
        .filter(Objects::nonNull)
        .distinct()
        .map(target -> new Link(page.url(), target))
        .toList();
  }

  private static @Nullable String target(URI base, MatchResult match) {
    String written = match.group(1).replace("&amp;", "&");
    try {
      URI target = base.resolve(written);
      return Objects.equals(target.getAuthority(), base.getAuthority()) ? target.toString() : null;
    } catch (IllegalArgumentException e) {
      return written; // a broken link, whatever it was meant to be
    }
  }

  /** What is wrong with an address; nothing: an empty text. */
  static CompletableFuture<String> problem(String target) {
    HttpRequest.Builder request;
    try {
      request = request(target);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedFuture("not an address");
    }
    return HTTP.sendAsync(
            request.method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
            BodyHandlers.discarding())
        .thenApply(answer -> answer.statusCode() < 400 ? "" : "status " + answer.statusCode())
        .exceptionally(LinkChecker::named);
  }

  private static String named(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getClass().getSimpleName();
  }

  // The stages of the pipeline

  /** The first stage: waits for a page. */
  public static final class Fetch implements IoTask<String, Page> {
    @Override
    public CompletionStage<Page> start(String url, TaskContext context) {
      return fetch(url);
    }

    @Override
    public String key(String url) {
      return URI.create(url).getAuthority();
    }
  }

  /** The second stage: computes a page's links, each an input of the third. */
  public static final class Parse implements Task<Page, List<Link>> {
    @Override
    public List<Link> run(Page page, TaskContext context) {
      return links(page);
    }
  }

  /**
   * The third stage: waits for an answer about a link, and gives it if it is broken. One object
   * serves all tasks of its process, so an address that many pages link to is asked for once.
   */
  public static final class Check implements IoTask<Link, Optional<Broken>> {
    private final Map<String, CompletableFuture<String>> asked = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<Optional<Broken>> start(Link link, TaskContext context) {
      return asked
          .computeIfAbsent(link.target(), LinkChecker::problem)
          .thenApply(
              why ->
                  why.isEmpty()
                      ? Optional.empty()
                      : Optional.of(new Broken(link.page(), link.target(), why)));
    }
  }

  // The program

  /** Arguments: a file with the addresses of pages, and a cluster's HOST:PORT or nothing. */
  public static void main(String[] args) throws Exception {
    List<String> pages = Files.readAllLines(Path.of(args[0]));
    SortedMap<String, SortedSet<String>> pagesOf = new TreeMap<>();
    try (Muster muster = args.length < 2 ? Muster.local() : Muster.connect(args[1]);
        Pool pool = muster.pool();
        Io io = muster.io(IoOptions.DEFAULT.atOnce(200))) {
      Iterable<Page> fetched = io.asCompleted(pages, Io.async(url -> fetch(url)));
      for (List<Link> links : pool.imapUnordered(page -> links(page), fetched)) {
        for (Link link : links) {
          pagesOf.computeIfAbsent(link.target(), any -> new TreeSet<>()).add(link.page());
        }
      }
      List<String> problems = io.gather(pagesOf.keySet(), Io.async(target -> problem(target)));
      report(pages.size(), pagesOf, problems);
    }
  }

  /**
   * @param problems in the order of the links
   */
  private static void report(
      int pages, SortedMap<String, SortedSet<String>> pagesOf, List<String> problems) {
    Iterator<String> next = problems.iterator();
    int broken = 0;
    for (Map.Entry<String, SortedSet<String>> link : pagesOf.entrySet()) {
      String problem = next.next();
      if (!problem.isEmpty()) {
        SortedSet<String> from = link.getValue();
        System.out.printf(
            "%s: %s, on %d pages, such as %s%n", link.getKey(), problem, from.size(), from.first());
        broken++;
      }
    }
    System.out.printf("%d pages, %d links, %d broken%n", pages, pagesOf.size(), broken);
  }
}
