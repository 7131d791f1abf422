package io.muster.examples;

import io.muster.client.Io;
import io.muster.client.IoOptions;
import io.muster.client.Muster;
import io.muster.client.Pool;
import io.muster.examples.LinkChecker.Broken;
import io.muster.examples.LinkChecker.Link;
import io.muster.examples.LinkChecker.Page;
import io.muster.examples.LinkChecker.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@link LinkChecker} in a session: what comes out of a gather goes into a pool as it comes,
 * and the program holds the links between. Quicker to write than a pipeline where the program stays
 * anyway; it ends with the program, and begins anew with it.
 */
public final class LinkCheckerByHand {
  private LinkCheckerByHand() {}

  /** Arguments: a file with the addresses of pages, and a cluster's HOST:PORT or nothing. */
  public static void main(String[] args) throws Exception {
    List<String> pages = Files.readAllLines(Path.of(args[0]));
    try (Muster muster = args.length < 2 ? Muster.local() : Muster.connect(args[1]);
        Pool pool = muster.pool();
        Io io = muster.io(IoOptions.DEFAULT.atOnce(200))) {
      Iterable<Page> fetched = io.asCompleted(pages, Io.async(url -> LinkChecker.fetch(url)));
      List<Link> links = new ArrayList<>();
      for (List<Link> some : pool.imapUnordered(page -> LinkChecker.links(page), fetched)) {
        links.addAll(some);
      }
      List<Target> targets = LinkChecker.distinct(links.stream());
      int broken = 0;
      for (List<Broken> each : io.gather(targets, Io.async(link -> LinkChecker.check(link)))) {
        each.forEach(link -> System.out.println(LinkChecker.told(link)));
        broken += each.size();
      }
      System.out.printf("%d pages, %d links, %d broken%n", pages.size(), targets.size(), broken);
    }
  }
}
