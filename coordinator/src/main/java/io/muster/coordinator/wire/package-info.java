/** The coordinator's edge to protobuf: the services of the API, and the journal's records. */
@NullMarked
package io.muster.coordinator.wire;

import org.jspecify.annotations.NullMarked;
