/** The process in which a worker's I/O tasks run: an actor for each of them. */
@NullMarked
package io.muster.worker.io;

import org.jspecify.annotations.NullMarked;
