package io.muster.coordinator.state;

import io.muster.protocol.Interval;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of task indices that is small where its members are neighbours: long runs cost nothing by
 * their length, and where gaps are dense it takes a bit an index. Ten billion members without a gap
 * are one entry; every second of two million is a quarter of a megabyte.
 *
 * <p>Not safe for use by several threads.
 */
public final class IntervalSet {
  private static final int SHIFT = 16;

  /** What a set is made of, for writing it down. */
  public interface Parts {
    /** These are members. */
    void run(long from, long until);

    /**
     * Bit {@code k} of the words says whether {@code page * 65536 + k} is a member. The array is
     * the set's own.
     */
    void page(long page, long[] words);
  }

  /** By first page number; neighbouring full stretches are merged, empty pages are absent. */
  private final TreeMap<Long, Segment> segments = new TreeMap<>();

  private long size;

  private sealed interface Segment {}

  /** All indices from the segment's key up to this page are members. */
  private record Full(long untilPage) implements Segment {}

  /** One page with some members, not all. */
  private record Partial(IntervalPage page) implements Segment {}

  public static IntervalSet of(Interval... intervals) {
    IntervalSet set = new IntervalSet();
    for (Interval interval : intervals) {
      set.add(interval);
    }
    return set;
  }

  public IntervalSet copy() {
    IntervalSet copy = new IntervalSet();
    segments.forEach(
        (key, segment) ->
            copy.segments.put(
                key, segment instanceof Partial p ? new Partial(p.page().copy()) : segment));
    copy.size = size;
    return copy;
  }

  public long size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public boolean contains(long index) {
    Segment segment = segmentOf(index >>> SHIFT);
    return segment instanceof Full
        || (segment instanceof Partial p && p.page().contains(low(index)));
  }

  public boolean containsAll(Interval interval) {
    return nextGap(interval.from()) >= interval.until();
  }

  public boolean intersects(Interval interval) {
    long member = nextMember(interval.from());
    return member >= 0 && member < interval.until();
  }

  /** The smallest member. */
  public long first() {
    long first = nextMember(0);
    if (first < 0) {
      throw new NoSuchElementException("the set is empty");
    }
    return first;
  }

  /** The first member at or after {@code index}, or -1. */
  public long nextMember(long index) {
    long page = index >>> SHIFT;
    Segment segment = segmentOf(page);
    if (segment instanceof Full) {
      return index;
    }
    if (segment instanceof Partial p) {
      int member = p.page().nextMember(low(index));
      if (member < IntervalPage.SIZE) {
        return (page << SHIFT) + member;
      }
    }
    Map.Entry<Long, Segment> next = segments.higherEntry(page);
    if (next == null) {
      return -1;
    }
    long start = next.getKey() << SHIFT;
    return next.getValue() instanceof Partial p ? start + p.page().nextMember(0) : start;
  }

  /** The first index at or after {@code index} that is no member. */
  public long nextGap(long index) {
    long at = index;
    while (true) {
      long page = at >>> SHIFT;
      Segment segment = segmentOf(page);
      if (segment instanceof Full full) {
        at = full.untilPage() << SHIFT;
      } else if (segment instanceof Partial p) {
        int gap = p.page().nextGap(low(at));
        if (gap < IntervalPage.SIZE) {
          return (page << SHIFT) + gap;
        }
        at = (page + 1) << SHIFT;
      } else {
        return at;
      }
    }
  }

  /** The longest run that starts at the first member at or after {@code index}, or null. */
  public @Nullable Interval nextRun(long index) {
    long from = nextMember(index);
    return from < 0 ? null : new Interval(from, nextGap(from));
  }

  /** All runs, ascending. The set must not change meanwhile. */
  public Iterable<Interval> runs() {
    return () -> new Runs(0, Long.MAX_VALUE);
  }

  /**
   * The parts of {@code interval} that are members, ascending. The set must not change meanwhile.
   */
  public Iterable<Interval> within(Interval interval) {
    return () -> new Runs(interval.from(), interval.until());
  }

  /** How many members {@code interval} has. */
  public long count(Interval interval) {
    long count = 0;
    for (Interval run : within(interval)) {
      count += run.size();
    }
    return count;
  }

  /** The members of both. */
  public IntervalSet intersection(IntervalSet other) {
    IntervalSet both = new IntervalSet();
    long at = 0;
    while (true) {
      Interval mine = nextRun(at);
      Interval theirs = mine == null ? null : other.nextRun(mine.from());
      if (mine == null || theirs == null) {
        return both;
      }
      if (theirs.from() < mine.until()) {
        both.add(theirs.from(), Math.min(mine.until(), theirs.until()));
      }
      at = theirs.from() < mine.until() ? Math.min(mine.until(), theirs.until()) : theirs.from();
    }
  }

  public void add(Interval interval) {
    add(interval.from(), interval.until());
  }

  public void add(long index) {
    add(index, index + 1);
  }

  /** Adds {@code from} (included) to {@code until} (not included). */
  public void add(long from, long until) {
    forPages(from, until, true);
  }

  public void addAll(IntervalSet other) {
    other.forEachPart(
        new Parts() {
          @Override
          public void run(long from, long until) {
            add(from, until);
          }

          @Override
          public void page(long page, long[] words) {
            addPage(page, words);
          }
        });
  }

  public void remove(Interval interval) {
    remove(interval.from(), interval.until());
  }

  public void remove(long index) {
    remove(index, index + 1);
  }

  /** Removes {@code from} (included) to {@code until} (not included). */
  public void remove(long from, long until) {
    forPages(from, until, false);
  }

  public void removeAll(IntervalSet other) {
    if (other == this) {
      clear();
      return;
    }
    for (Interval run : other.runs()) {
      remove(run);
    }
  }

  public void clear() {
    segments.clear();
    size = 0;
  }

  /** Adds what {@link Parts#page} told. */
  public void addPage(long page, long[] words) {
    IntervalPage source = IntervalPage.ofWords(words);
    if (segmentOf(page) == null && source.size() > 0 && source.size() < IntervalPage.SIZE) {
      segments.put(page, new Partial(source));
      size += source.size();
      return;
    }
    long start = page << SHIFT;
    for (int at = source.nextMember(0); at < IntervalPage.SIZE; ) {
      int end = source.nextGap(at);
      add(start + at, start + end);
      at = source.nextMember(end);
    }
  }

  /** Tells what the set is made of, ascending; runs of neighbouring parts may touch. */
  public void forEachPart(Parts parts) {
    segments.forEach(
        (key, segment) -> {
          long start = key << SHIFT;
          if (segment instanceof Full full) {
            parts.run(start, full.untilPage() << SHIFT);
          } else if (segment instanceof Partial p && p.page().isDense()) {
            parts.page(key, p.page().words());
          } else if (segment instanceof Partial p) {
            IntervalPage page = p.page();
            for (int at = page.nextMember(0); at < IntervalPage.SIZE; ) {
              int end = page.nextGap(at);
              parts.run(start + at, start + end);
              at = page.nextMember(end);
            }
          }
        });
  }

  private void forPages(long from, long until, boolean member) {
    if (from < 0 || until < from) {
      throw new IllegalArgumentException("not an interval: [" + from + ", " + until + ")");
    }
    long at = from;
    while (at < until) {
      long page = at >>> SHIFT;
      long untilPage = until >>> SHIFT;
      if (low(at) == 0 && untilPage > page) {
        setWhole(page, untilPage, member);
        at = untilPage << SHIFT;
      } else {
        long end = Math.min(until, (page + 1) << SHIFT);
        setPart(page, low(at), (int) (end - (page << SHIFT)), member);
        at = end;
      }
    }
  }

  /** All of these pages become full or empty. */
  private void setWhole(long page, long untilPage, boolean member) {
    splitFull(page);
    splitFull(untilPage);
    Iterator<Map.Entry<Long, Segment>> inside =
        segments.subMap(page, untilPage).entrySet().iterator();
    while (inside.hasNext()) {
      Map.Entry<Long, Segment> entry = inside.next();
      size -= sizeOf(entry.getKey(), entry.getValue());
      inside.remove();
    }
    if (member) {
      size += (untilPage - page) << SHIFT;
      putFull(page, untilPage);
    }
  }

  private void setPart(long page, int from, int until, boolean member) {
    Segment segment = segmentOf(page);
    if (member ? segment instanceof Full : segment == null) {
      return;
    }
    if (segment instanceof Full) {
      splitFull(page);
      splitFull(page + 1);
    }
    IntervalPage target = segment instanceof Partial p ? p.page() : new IntervalPage();
    if (!(segment instanceof Partial)) {
      if (segment instanceof Full) {
        target.add(0, IntervalPage.SIZE);
      }
      segments.put(page, new Partial(target));
    }
    size -= target.size();
    if (member) {
      target.add(from, until);
    } else {
      target.remove(from, until);
    }
    size += target.size();
    if (target.size() == 0) {
      segments.remove(page);
    } else if (target.size() == IntervalPage.SIZE) {
      putFull(page, page + 1);
    }
  }

  /** Afterwards no full stretch reaches across the start of this page. */
  private void splitFull(long page) {
    Map.Entry<Long, Segment> before = segments.lowerEntry(page);
    if (before != null && before.getValue() instanceof Full full && full.untilPage() > page) {
      segments.put(before.getKey(), new Full(page));
      segments.put(page, full);
    }
  }

  private void putFull(long page, long untilPage) {
    long start = page;
    long end = untilPage;
    Map.Entry<Long, Segment> before = segments.lowerEntry(page);
    if (before != null && before.getValue() instanceof Full full && full.untilPage() == page) {
      start = before.getKey();
    }
    if (segments.get(untilPage) instanceof Full full) {
      end = full.untilPage();
      segments.remove(untilPage);
    }
    if (start != page) {
      segments.remove(page);
    }
    segments.put(start, new Full(end));
  }

  private @Nullable Segment segmentOf(long page) {
    Map.Entry<Long, Segment> entry = segments.floorEntry(page);
    if (entry == null) {
      return null;
    }
    Segment segment = entry.getValue();
    boolean covers =
        segment instanceof Full full ? full.untilPage() > page : entry.getKey() == page;
    return covers ? segment : null;
  }

  private static long sizeOf(long key, Segment segment) {
    return segment instanceof Full full
        ? (full.untilPage() - key) << SHIFT
        : ((Partial) segment).page().size();
  }

  private static int low(long index) {
    return (int) (index & (IntervalPage.SIZE - 1));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof IntervalSet that) || size != that.size) {
      return false;
    }
    Iterator<Interval> mine = runs().iterator();
    Iterator<Interval> theirs = that.runs().iterator();
    while (mine.hasNext() && theirs.hasNext()) {
      if (!mine.next().equals(theirs.next())) {
        return false;
      }
    }
    return mine.hasNext() == theirs.hasNext();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(size);
  }

  /** The first runs; the rest is counted. */
  @Override
  public String toString() {
    List<String> shown = new ArrayList<>();
    for (Interval run : runs()) {
      if (shown.size() == 10) {
        shown.add("... (" + size + " in all)");
        break;
      }
      shown.add(run.toString());
    }
    return String.join(" ", shown);
  }

  private final class Runs implements Iterator<Interval> {
    private final long end;
    private long from;

    Runs(long start, long end) {
      this.end = end;
      from = nextMember(start);
    }

    @Override
    public boolean hasNext() {
      return from >= 0 && from < end;
    }

    @Override
    public Interval next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Interval run = new Interval(from, Math.min(nextGap(from), end));
      from = run.until() == end ? -1 : nextMember(run.until());
      return run;
    }
  }
}
