/** What a worker asks of the coordinator's API: where the cluster is, blobs, values of steps. */
@NullMarked
package io.muster.worker.wire;

import org.jspecify.annotations.NullMarked;
