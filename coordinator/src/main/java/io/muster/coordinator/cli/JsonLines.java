package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.muster.client.model.Failure;
import io.muster.client.model.JobStatus;
import io.muster.client.model.TaskFailure;
import io.muster.client.model.WorkerStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object a line, with the names that scripts rely on. */
final class JsonLines {
  private final OutputStream out;
  private final JsonGenerator json;

  JsonLines(OutputStream out) throws IOException {
    this.out = out;
    json = new JsonFactory().createGenerator(out, JsonEncoding.UTF8);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.setRootValueSeparator(null);
  }

  JsonGenerator generator() {
    return json;
  }

  /** Ends the object's line. */
  void endLine() throws IOException {
    json.writeEndObject();
    json.flush();
    out.write('\n');
  }

  void job(JobStatus job, ShownValues values) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", job.id());
    json.writeStringField("name", job.name());
    json.writeStringField("kind", job.kind());
    json.writeStringField("state", job.state().toString());
    tasks(
        job.total(), job.waiting(), job.running(), job.succeeded(), job.failed(), job.cancelled());
    time("submitted", job.submitted());
    time("started", job.started());
    time("finished", job.finished());
    json.writeFieldName("result");
    if (job.result() == null) {
      json.writeNull();
    } else {
      values.json(job.result(), json);
    }
    error(job.error());
    json.writeStringField("user", job.user());
    if (job.isPipeline()) {
      json.writeArrayFieldStart("stages");
      for (JobStatus.Stage stage : job.stages()) {
        stage(stage);
      }
      json.writeEndArray();
    }
    if (job.pipeline() != null) {
      json.writeNumberField("pipeline", job.pipeline());
    }
    endLine();
  }

  private void stage(JobStatus.Stage stage) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", stage.id());
    json.writeStringField("name", stage.name());
    json.writeStringField("kind", stage.kind());
    json.writeStringField("state", stage.state().toString());
    tasks(
        stage.total(),
        stage.waiting(),
        stage.running(),
        stage.succeeded(),
        stage.failed(),
        stage.cancelled());
    error(stage.error());
    json.writeBooleanField("held", stage.held());
    json.writeEndObject();
  }

  private void tasks(
      @Nullable Long total, long waiting, long running, long succeeded, long failed, long cancelled)
      throws IOException {
    json.writeObjectFieldStart("tasks");
    number("total", total);
    json.writeNumberField("waiting", waiting);
    json.writeNumberField("running", running);
    json.writeNumberField("succeeded", succeeded);
    json.writeNumberField("failed", failed);
    json.writeNumberField("cancelled", cancelled);
    json.writeEndObject();
  }

  private void error(JobStatus.@Nullable Error error) throws IOException {
    if (error == null) {
      json.writeNullField("error");
      return;
    }
    json.writeObjectFieldStart("error");
    json.writeStringField("phase", error.phase());
    json.writeStringField("message", error.failure().headline());
    json.writeStringField("stackTrace", error.failure().stackTrace());
    json.writeEndObject();
  }

  void worker(WorkerStatus worker) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", worker.id());
    json.writeStringField("address", worker.address());
    json.writeNumberField("slots", worker.slots());
    json.writeNumberField("busy", worker.busy());
    json.writeNumberField("ioRunning", worker.ioRunning());
    json.writeStringField("state", worker.state());
    json.writeObjectFieldStart("labels");
    for (Map.Entry<String, String> label : worker.labels().entrySet()) {
      json.writeStringField(label.getKey(), label.getValue());
    }
    json.writeEndObject();
    json.writeStringField("version", worker.version());
    endLine();
  }

  void failure(TaskFailure failed) throws IOException {
    Failure failure = failed.failure();
    json.writeStartObject();
    json.writeNumberField("task", failed.task());
    json.writeNumberField("try", failed.tryNumber());
    json.writeStringField("kind", kind(failure));
    json.writeStringField("message", failure.headline());
    json.writeStringField("worker", failed.worker());
    number("exitCode", failure.exitCode());
    number("signal", failure.signal());
    json.writeStringField("stackTrace", failure.stackTrace());
    json.writeStringField("stderr", failure.stderr());
    TaskFailure.Stage stage = failed.stage();
    if (stage != null) {
      json.writeStringField("stage", stage.name());
      json.writeNumberField("stageJob", stage.job());
      json.writeNumberField("stageTask", stage.task());
    }
    endLine();
  }

  static String kind(Failure failure) {
    return failure.kind().toString();
  }

  void number(String name, @Nullable Number value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value.longValue());
    }
  }

  private void time(String name, @Nullable Instant time) throws IOException {
    if (time == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, time.toString());
    }
  }
}
