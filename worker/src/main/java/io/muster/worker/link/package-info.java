/** The worker's place in the cluster: an actor system that comes and goes, and its link. */
@NullMarked
package io.muster.worker.link;

import org.jspecify.annotations.NullMarked;
