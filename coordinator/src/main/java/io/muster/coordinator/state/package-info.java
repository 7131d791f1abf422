/**
 * What the coordinator decides, as plain Java: no framework, no wire, no clock, no randomness, no
 * files, no log.
 */
@NullMarked
package io.muster.coordinator.state;

import org.jspecify.annotations.NullMarked;
