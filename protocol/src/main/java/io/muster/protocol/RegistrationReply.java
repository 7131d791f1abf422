package io.muster.protocol;

/** The answer to a {@link Registration}. */
public sealed interface RegistrationReply {
  /**
   * @param epoch workers obey only the highest they have seen
   * @param journal its random id, made when it was created; a worker that meets another drops what
   *     it holds first, and registers again without claims
   */
  record Welcome(WorkerId id, long epoch, String journal) implements RegistrationReply {}

  /** Not to be tried again: another protocol version, say. */
  record Refused(String reason) implements RegistrationReply {}

  /** This node has no active coordinator; try another or wait. */
  record NotActive() implements RegistrationReply {}
}
