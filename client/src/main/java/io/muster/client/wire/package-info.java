/** The coordinators' API over gRPC; no type of it is seen outside. */
@NullMarked
package io.muster.client.wire;

import org.jspecify.annotations.NullMarked;
