/**
 * The words that all processes share: ids, what a job is, and what coordinator and worker say to
 * each other.
 */
@NullMarked
package io.muster.protocol;

import org.jspecify.annotations.NullMarked;
