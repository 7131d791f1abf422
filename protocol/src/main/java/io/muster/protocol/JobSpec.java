package io.muster.protocol;

/**
 * What a user submits.
 *
 * @param requestId made by the client, so that a submission sent twice is one job
 * @param user who submitted it, for people only
 */
public record JobSpec(
    String requestId, String name, String user, Program program, Inputs inputs, Policy policy) {}
