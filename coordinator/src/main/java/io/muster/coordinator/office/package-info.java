/**
 * A coordinator's term of office: the actor that owns the state, and the groups in which its
 * decisions are written before what they reveal is released.
 */
@NullMarked
package io.muster.coordinator.office;

import org.jspecify.annotations.NullMarked;
