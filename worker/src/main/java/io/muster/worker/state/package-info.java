/**
 * What a worker decides: which process runs which chunk, what is waiting, what it holds and has
 * said. Plain Java: no actors, no files, no threads, no clock.
 */
@NullMarked
package io.muster.worker.state;

import org.jspecify.annotations.NullMarked;
