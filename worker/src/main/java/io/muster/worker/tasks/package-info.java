/**
 * The I/O tasks that every worker has, by the names of {@code submit --io}. Each needs nothing but
 * the JDK and {@code io.muster.api}, as one of a user's own does.
 */
@NullMarked
package io.muster.worker.tasks;

import org.jspecify.annotations.NullMarked;
