package io.muster.coordinator.office;

import io.muster.coordinator.desk.NotActive;
import io.muster.coordinator.desk.SessionClient;
import io.muster.coordinator.desk.SessionNews;
import io.muster.coordinator.desk.SessionNews.Answered;
import io.muster.coordinator.desk.SessionNews.Numbered;
import io.muster.protocol.Failure;
import io.muster.protocol.JobId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the coordinator keeps for one client: its jobs, and what it has not received yet. */
final class ClientSession {
  final String id;
  final Map<JobId, SessionJob> jobs = new HashMap<>();

  /** Whether its jobs are held because of what it has to receive. */
  boolean held;

  /** Inputs beyond a share of it are left in the client. */
  private final Room inputRoom;

  /** With more results than its share that wait for the client none of its tasks is begun. */
  private final Room newsRoom;

  private long inputBytes;

  /** Since when it has had no connection, in nanoseconds, or null. */
  @Nullable Long silentSince;

  private final ArrayDeque<Numbered> news = new ArrayDeque<>();
  private final ArrayDeque<Numbered> unsent = new ArrayDeque<>();
  private @Nullable SessionClient client;
  private long newsBytes;
  private long lastNumber;
  private int owed;

  ClientSession(String id, Room inputRoom, Room newsRoom) {
    this.id = id;
    this.inputRoom = inputRoom;
    this.newsRoom = newsRoom;
  }

  /** Its jobs keep so many bytes of inputs more, or less. */
  void keepsInputs(long more) {
    inputRoom.changed(inputBytes, inputBytes + more);
    inputBytes += more;
  }

  long inputBytes() {
    return inputBytes;
  }

  private void keepsNews(long more) {
    newsRoom.changed(newsBytes, newsBytes + more);
    newsBytes += more;
  }

  /** It is over: others have its shares. */
  void leaves() {
    keepsInputs(-inputBytes);
    keepsNews(-newsBytes);
  }

  /** A connection, in place of the one before. All that was not received is said again. */
  void connected(SessionClient newClient) {
    SessionClient before = client;
    if (before != null) {
      before.over(new NotActive("the client has connected again"));
    }
    client = newClient;
    silentSince = null;
    owed = 0;
    List<SessionNews.Known> known = new ArrayList<>();
    jobs.values()
        .forEach(job -> known.add(new SessionNews.Known(job.id, job.requestId, job.count())));
    newClient.told(new SessionNews.Opened(known));
    unsent.clear();
    unsent.addAll(news);
    flush();
  }

  boolean isWith(SessionClient other) {
    return client == other;
  }

  void disconnected(long now) {
    client = null;
    silentSince = now;
  }

  void over(Throwable reason) {
    if (client != null) {
      client.over(reason);
    }
  }

  long nextNumber() {
    return ++lastNumber;
  }

  /** Kept until it was received. */
  void tell(Numbered item) {
    news.add(item);
    unsent.add(item);
    keepsNews(size(item));
    flush();
  }

  /** Not kept. */
  void mention(SessionNews item) {
    if (client != null) {
      client.told(item);
    }
  }

  /** Not kept, and left out when the client does not keep up. */
  void mentionIfReady(SessionNews item) {
    if (client != null && client.isReady()) {
      client.told(item);
    }
  }

  void flush() {
    SessionClient to = client;
    while (to != null && !unsent.isEmpty() && to.isReady()) {
      to.told(unsent.remove());
    }
  }

  /**
   * News up to this number arrived.
   *
   * @return what they were
   */
  List<Numbered> received(long number) {
    List<Numbered> done = new ArrayList<>();
    for (Iterator<Numbered> all = news.iterator(); all.hasNext(); ) {
      Numbered item = all.next();
      if (item.number() > number) {
        break;
      }
      all.remove();
      keepsNews(-size(item));
      done.add(item);
    }
    while (!unsent.isEmpty() && unsent.element().number() <= number) {
      unsent.remove();
    }
    return done;
  }

  /** What was to be said of this job is nothing to the client any more. */
  void forget(JobId job) {
    news.removeIf(
        item -> {
          boolean isOfIt = item.job().equals(job);
          if (isOfIt) {
            keepsNews(-size(item));
          }
          return isOfIt;
        });
    unsent.removeIf(item -> item.job().equals(job));
  }

  /** Whether the client has so much to receive that none of its tasks is to begin. */
  boolean isFull() {
    return newsBytes > newsRoom.share();
  }

  /** A request was taken: another may come, once there is room for it. */
  void took() {
    owed++;
    askForMore();
  }

  void askForMore() {
    SessionClient from = client;
    // what makes room for answers comes the same way as inputs do
    while (from != null && owed > 0 && (inputBytes <= inputRoom.share() || isFull())) {
      owed--;
      from.wantsMore();
    }
  }

  void forEachNews(java.util.function.Consumer<Numbered> each) {
    news.forEach(each);
  }

  private static long size(Numbered item) {
    if (!(item instanceof Answered answered)) {
      return 100;
    }
    long failures = 0;
    for (Failure failure : answered.outcomes().failures()) {
      failures +=
          failure.stackTrace().length() + failure.stderr().length() + failure.thrown().length;
    }
    return 200
        + answered.outcomes().values().bytes().length
        + 4L * answered.outcomes().values().count()
        + failures;
  }
}
