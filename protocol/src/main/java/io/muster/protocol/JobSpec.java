package io.muster.protocol;

/**
 * What a user submits.
 *
 * @param requestId made by the client, so that a submission sent twice is one job
 * @param user who submitted it, for people only
 * @param session the client's session that it belongs to: none of its tasks is written down, and it
 *     ends with the session; empty: a submitted job
 */
public record JobSpec(
    String requestId,
    String name,
    String user,
    Program program,
    Inputs inputs,
    Policy policy,
    String session) {

  /** A submitted job. */
  public JobSpec(
      String requestId, String name, String user, Program program, Inputs inputs, Policy policy) {
    this(requestId, name, user, program, inputs, policy, "");
  }

  public boolean isOfSession() {
    return !session.isEmpty();
  }
}
