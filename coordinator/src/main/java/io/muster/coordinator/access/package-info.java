/** Who may do what: tokens, and the authority that nodes' certificates are of. */
@NullMarked
package io.muster.coordinator.access;

import org.jspecify.annotations.NullMarked;
