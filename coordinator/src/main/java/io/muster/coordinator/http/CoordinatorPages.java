package io.muster.coordinator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.coordinator.desk.Reception;
import io.muster.coordinator.state.JobView;
import io.muster.coordinator.state.WorkerView;
import io.muster.node.http.Answer;
import io.muster.node.http.NodeHttp.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The dashboard, and the JSON it is drawn from. */
public final class CoordinatorPages {
  private static final long PATIENCE_SECONDS = 5;

  /** The newest; a page is not a place to look through more. */
  private static final int JOBS = 200;

  private final Reception reception;
  private final ObjectMapper json = new ObjectMapper();

  private CoordinatorPages(Reception reception) {
    this.reception = reception;
  }

  /** By path. */
  public static Map<String, Page> of(Reception reception) {
    CoordinatorPages pages = new CoordinatorPages(reception);
    return Map.of(
        "/", pages::dashboard, "/api/v1/jobs", pages::jobs, "/api/v1/workers", pages::workers);
  }

  private Answer dashboard() throws IOException {
    try (InputStream page = CoordinatorPages.class.getResourceAsStream("dashboard.html")) {
      if (page == null) {
        throw new UncheckedIOException(new IOException("dashboard.html is not in the jar"));
      }
      return new Answer(200, "text/html; charset=utf-8", page.readAllBytes());
    }
  }

  private Answer jobs() throws Exception {
    List<JobView> jobs = answered(reception.desk().jobs());
    List<JobView> newest = jobs.subList(Math.max(0, jobs.size() - JOBS), jobs.size());
    return list(list -> newest.forEach(job -> job(list.addObject(), job)));
  }

  private Answer workers() throws Exception {
    List<WorkerView> workers = answered(reception.desk().workers());
    return list(list -> workers.forEach(worker -> worker(list.addObject(), worker)));
  }

  private Answer list(Consumer<ArrayNode> fill) throws JsonProcessingException {
    ArrayNode list = json.createArrayNode();
    fill.accept(list);
    return Answer.json(json.writeValueAsBytes(list));
  }

  private static <T> T answered(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** As {@code job --output json} shows it. */
  private static void job(ObjectNode node, JobView job) {
    part(node, job);
    node.put("submitted", time(job.submitted()))
        .put("started", time(job.started()))
        .put("finished", time(job.finished()))
        .put("user", job.spec().user());
    if (!job.stages().isEmpty()) {
      ArrayNode stages = node.putArray("stages");
      job.stages().forEach(stage -> part(stages.addObject().put("held", stage.held()), stage));
    }
  }

  /** What a job and a stage of a pipeline both have. */
  private static void part(ObjectNode node, JobView job) {
    node.put("id", job.id().value())
        .put("name", job.spec().name())
        .put("kind", lower(job.kind()))
        .put("state", lower(job.state()));
    node.putObject("tasks")
        .put("total", job.total())
        .put("waiting", job.waiting())
        .put("running", job.running())
        .put("succeeded", job.succeeded())
        .put("failed", job.failed())
        .put("cancelled", job.cancelled());
  }

  private static void worker(ObjectNode node, WorkerView worker) {
    node.put("id", worker.id().value())
        .put("address", worker.address())
        .put("slots", worker.slots())
        .put("busy", worker.busy())
        .put("ioRunning", worker.ioRunning())
        .put("state", lower(worker.state()))
        .put("version", worker.version());
    ObjectNode labels = node.putObject("labels");
    worker.labels().forEach(labels::put);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String time(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis).toString();
  }
}
