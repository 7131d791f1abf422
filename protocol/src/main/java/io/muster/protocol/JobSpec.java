package io.muster.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a user submits.
 *
 * @param requestId made by the client, so that a submission sent twice is one job
 * @param user who submitted it, for people only
 * @param session the client's session that it belongs to: none of its tasks is written down, and it
 *     ends with the session; empty: a submitted job
 * @param partOf of a stage: which pipeline's, and which one; else null
 */
public record JobSpec(
    String requestId,
    String name,
    String user,
    Program program,
    Inputs inputs,
    Policy policy,
    String session,
    @Nullable PartOf partOf) {
  /** Of a name that somebody gives, in characters. */
  public static final int LONGEST_NAME = 200;

  /**
   * The place of a stage.
   *
   * @param pipeline the job of which this one is a part
   * @param number from 0
   */
  public record PartOf(JobId pipeline, String stage, int number) {}

  /** A submitted job. */
  public JobSpec(
      String requestId, String name, String user, Program program, Inputs inputs, Policy policy) {
    this(requestId, name, user, program, inputs, policy, "");
  }

  /** A job that is part of no other. */
  public JobSpec(
      String requestId,
      String name,
      String user,
      Program program,
      Inputs inputs,
      Policy policy,
      String session) {
    this(requestId, name, user, program, inputs, policy, session, null);
  }

  public boolean isOfSession() {
    return !session.isEmpty();
  }
}
