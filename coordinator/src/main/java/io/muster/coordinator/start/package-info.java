/**
 * A coordinator process from its options to its end: config, data folder, start-up sequence, stop.
 */
@NullMarked
package io.muster.coordinator.start;

import org.jspecify.annotations.NullMarked;
