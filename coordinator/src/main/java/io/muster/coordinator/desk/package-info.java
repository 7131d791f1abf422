/** What the services for clients ask of the coordinator that is active on this node. */
@NullMarked
package io.muster.coordinator.desk;

import org.jspecify.annotations.NullMarked;
