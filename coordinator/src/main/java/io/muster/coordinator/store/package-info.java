/**
 * The durable bytes of jobs: inputs, results, failures and logs, in append-only files of blocks
 * that carry the number of the journal record that names them.
 */
@NullMarked
package io.muster.coordinator.store;

import org.jspecify.annotations.NullMarked;
