package io.muster.client.model;

/** Why a task failed for good, in its last try. */
public record TaskFailure(long task, int tryNumber, String worker, Failure failure) {}
