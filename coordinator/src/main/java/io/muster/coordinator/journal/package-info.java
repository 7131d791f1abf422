/**
 * The durable record of decisions: one numbered stream for the whole coordinator, in a database.
 * Its sequence number is the fence between coordinators.
 */
@NullMarked
package io.muster.coordinator.journal;

import org.jspecify.annotations.NullMarked;
