/**
 * Carries out what {@link io.muster.worker.state} decides: processes, files, reports. It knows no
 * actor system and outlives each.
 */
@NullMarked
package io.muster.worker.engine;

import org.jspecify.annotations.NullMarked;
