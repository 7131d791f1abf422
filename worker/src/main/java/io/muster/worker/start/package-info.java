/** A worker process from its options to its end. */
@NullMarked
package io.muster.worker.start;

import org.jspecify.annotations.NullMarked;
