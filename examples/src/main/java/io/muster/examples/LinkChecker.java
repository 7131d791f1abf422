package io.muster.examples;

import io.muster.api.IoTask;
import io.muster.api.Job;
import io.muster.api.Task;
import io.muster.api.TaskContext;
import io.muster.client.JobHandle;
import io.muster.client.JobRequest;
import io.muster.client.Muster;
import io.muster.client.Pipeline;
import io.muster.client.model.Failure;
import io.muster.client.model.TaskFailure;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the broken links of a web site: fetches pages (which waits), parses them (which computes),
 * asks for each distinct link that stays on its server (which waits), and reports. A pipeline,
 * whose first stage is the built-in {@code http-get}; described by a program, {@link #main}, and by
 * a file, {@code link-checker/links.yaml}. {@link LinkCheckerByHand} does the same without one.
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
   * A link, once.
   *
   * @param pages how many it stands on
   * @param page one of them
   */
  public record Target(String address, int pages, String page) implements Serializable {}

  /**
   * A link that leads nowhere.
   *
   * @param why the status, or what went wrong before there was one
   */
  public record Broken(Target link, String why) implements Serializable {}

  // What is done with a page and a link

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
      // Java resolves an empty reference, such as of "#there", to the folder and not to the page
      URI target = written.isEmpty() ? base : base.resolve(written);
      return Objects.equals(target.getAuthority(), base.getAuthority()) ? target.toString() : null;
    } catch (IllegalArgumentException e) {
      return written; // a broken link, whatever it was meant to be
    }
  }

  /** Each address once, in alphabetical order. */
  static List<Target> distinct(Stream<Link> links) {
    return links
        .collect(Collectors.groupingBy(Link::target, TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(same -> target(same.getKey(), same.getValue()))
        .toList();
  }

  private static Target target(String address, List<Link> links) {
    return new Target(address, links.size(), links.get(0).page());
  }

  /** The link, if it is broken. */
  static CompletableFuture<List<Broken>> check(Target link) {
    return problem(link.address())
        .thenApply(why -> why.isEmpty() ? List.of() : List.of(new Broken(link, why)));
  }

  /** What is wrong with an address; nothing: an empty text. */
  static CompletableFuture<String> problem(String address) {
    HttpRequest.Builder request;
    try {
      request = request(address);
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

  // The stages of the pipeline behind http-get

  /** The second stage computes the links of a page; each is an input of the third. */
  public static final class Parse implements Task<Map<String, Object>, List<Link>> {
    @Override
    public List<Link> run(Map<String, Object> answer, TaskContext context) {
      return links(new Page(String.valueOf(answer.get("url")), String.valueOf(answer.get("body"))));
    }
  }

  /** The third stage looks at all links together; each distinct one is an input of the fourth. */
  public static final class Distinct implements Job<Link, Link, List<Target>> {
    @Override
    public Stream<Link> split(TaskContext context) {
      throw new UnsupportedOperationException("its inputs come from the stage before");
    }

    @Override
    public Link run(Link link, TaskContext context) {
      return link;
    }

    @Override
    public List<Target> reduce(Stream<Link> links, TaskContext context) {
      return distinct(links);
    }
  }

  /** The fourth stage waits for an answer about a link, and gives on what is broken. */
  public static final class Check implements IoTask<Target, List<Broken>> {
    @Override
    public CompletionStage<List<Broken>> start(Target link, TaskContext context) {
      return check(link);
    }
  }

  // The program

  /** The same stages as in {@code links.yaml}. */
  static Pipeline pipeline(List<String> pages) {
    return Pipeline.lines(pages)
        .name("broken links")
        .stage("fetch", JobRequest.io("http-get").limitPerKey(100).retries(2))
        .stage("parse", JobRequest.task(Parse.class))
        .flatten()
        .stage("distinct", JobRequest.task(Distinct.class))
        .flatten()
        .stage("check", JobRequest.task(Check.class).timeout(Duration.ofSeconds(30)))
        .flatten()
        .build();
  }

  static String told(Broken broken) {
    Target link = broken.link();
    return String.format(
        "%s: %s, on %d pages, such as %s", link.address(), broken.why(), link.pages(), link.page());
  }

  /** Arguments: a file with the addresses of pages, and a cluster's HOST:PORT or nothing. */
  public static void main(String[] args) throws Exception {
    List<String> pages = Files.readAllLines(Path.of(args[0]));
    try (Muster muster = args.length < 2 ? Muster.local() : Muster.connect(args[1])) {
      JobHandle job = muster.submit(pipeline(pages));
      long broken;
      try (Stream<Broken> found = job.results(Broken.class)) {
        List<String> lines = found.map(LinkChecker::told).toList();
        lines.forEach(System.out::println);
        broken = lines.size();
      }
      try (Stream<TaskFailure> failures = job.failures()) { // what could not even be asked
        failures.map(TaskFailure::failure).map(Failure::headline).forEach(System.out::println);
      }
      long links = job.stage("check").status().succeeded();
      System.out.printf("%d pages, %d links, %d broken%n", pages.size(), links, broken);
    }
  }
}
