/**
 * Task processes as the operating system sees them: how they are started, heard, limited and killed
 * with all their children. Nothing here decides what runs.
 */
@NullMarked
package io.muster.worker.process;

import org.jspecify.annotations.NullMarked;
