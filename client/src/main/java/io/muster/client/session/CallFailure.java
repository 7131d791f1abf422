package io.muster.client.session;

import io.muster.protocol.Failure;

/**
 * How a call failed for good.
 *
 * @param index which task of its job, from 0; -1: it is the job that failed
 * @param tryNumber its last try, from 1; 0 if it was not tried
 * @param worker where; may be empty
 */
public record CallFailure(long index, int tryNumber, String worker, Failure failure) {}
