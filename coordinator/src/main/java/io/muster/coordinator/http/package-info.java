/** What people and Prometheus see of a coordinator over HTTP. */
@NullMarked
package io.muster.coordinator.http;

import org.jspecify.annotations.NullMarked;
