package io.muster.coordinator.wire;

import com.google.protobuf.UnsafeByteOperations;
import io.muster.coordinator.desk.SessionNews;
import io.muster.coordinator.state.JobError;
import io.muster.protocol.ToCoordinator.LogStream;
import io.muster.protocol.wire.OutcomesWire;
import io.muster.protocol.wire.v1.SessionReply;

/** What a client's session is told, as messages. */
final class SessionWire {
  private SessionWire() {}

  static SessionReply toProto(SessionNews news) {
    SessionReply.Builder reply = SessionReply.newBuilder();
    if (news instanceof SessionNews.Answered answered) {
      SessionReply.Answered.Builder built =
          SessionReply.Answered.newBuilder()
              .setNumber(answered.number())
              .setJob(answered.job().value())
              .setWorker(answered.worker().value())
              .setOutcomes(OutcomesWire.toProto(answered.outcomes()));
      for (int offset : answered.unanswered()) {
        built.addUnanswered(offset);
      }
      reply.setAnswered(built);
    } else if (news instanceof SessionNews.Opened opened) {
      SessionReply.Opened.Builder built = SessionReply.Opened.newBuilder();
      opened
          .jobs()
          .forEach(
              known ->
                  built.addJobs(
                      SessionReply.Opened.Known.newBuilder()
                          .setJob(known.job().value())
                          .setRequestId(known.requestId())
                          .setInputs(known.inputs())));
      reply.setOpened(built);
    } else if (news instanceof SessionNews.JobOpened opened) {
      reply.setJobOpened(
          SessionReply.JobOpened.newBuilder()
              .setRequestId(opened.requestId())
              .setJob(opened.job().value()));
    } else if (news instanceof SessionNews.JobEnded ended) {
      SessionReply.JobEnded.Builder built =
          SessionReply.JobEnded.newBuilder().setNumber(ended.number()).setJob(ended.job().value());
      JobError error = ended.error();
      if (error != null) {
        built.setError(ViewWire.toProto(error));
      }
      reply.setJobEnded(built);
    } else if (news instanceof SessionNews.Printed printed) {
      reply.setPrinted(
          SessionReply.Printed.newBuilder()
              .setJob(printed.job().value())
              .setIndex(printed.index())
              .setStderr(printed.stream() == LogStream.STDERR)
              .setBytes(UnsafeByteOperations.unsafeWrap(printed.bytes())));
    }
    return reply.build();
  }
}
