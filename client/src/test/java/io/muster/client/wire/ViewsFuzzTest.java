package io.muster.client.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.muster.fuzz.Decoder;
import io.muster.fuzz.Fuzz;
import io.muster.fuzz.Messages;
import io.muster.protocol.wire.UnknownMessageException;
import io.muster.protocol.wire.v1.FailureView;
import io.muster.protocol.wire.v1.JobView;
import io.muster.protocol.wire.v1.LogPiece;
import io.muster.protocol.wire.v1.ResultsPiece;
import io.muster.protocol.wire.v1.TokenView;
import io.muster.protocol.wire.v1.WorkerView;
import org.junit.jupiter.api.Test;

/** What a coordinator answers, in a client. */
class ViewsFuzzTest {
  @Test
  void jobs() {
    feed("jobs", JobView.getDefaultInstance(), bytes -> Views.job(JobView.parseFrom(bytes)));
  }

  @Test
  void results() {
    feed(
        "results",
        ResultsPiece.getDefaultInstance(),
        bytes -> Views.results(ResultsPiece.parseFrom(bytes)));
  }

  @Test
  void failures() {
    feed(
        "failures",
        FailureView.getDefaultInstance(),
        bytes -> Views.failure(FailureView.parseFrom(bytes)));
  }

  @Test
  void logsTokensAndWorkers() {
    feed("logs", LogPiece.getDefaultInstance(), bytes -> Views.log(LogPiece.parseFrom(bytes)));
    feed(
        "tokens", TokenView.getDefaultInstance(), bytes -> Views.token(TokenView.parseFrom(bytes)));
    feed(
        "workers",
        WorkerView.getDefaultInstance(),
        bytes -> Views.worker(WorkerView.parseFrom(bytes)));
  }

  private static void feed(String name, Message type, Decoder decoder) {
    Fuzz.feed(
        "answers: " + name,
        Messages.of(type),
        decoder,
        UnknownMessageException.class,
        InvalidProtocolBufferException.class);
  }
}
