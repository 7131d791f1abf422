package io.muster.worker.state;

import io.muster.protocol.Failure;

/**
 * A task process is gone, its children too, and all that it said has been heard.
 *
 * @param taken how many tasks of its last chunk had been handed to it
 * @param failure how it ended, in case that nobody wanted it to
 */
public record ProcessEnd(long taken, Failure failure) {}
