/** What a worker shows to be let in, and how it comes by it. */
@NullMarked
package io.muster.worker.access;

import org.jspecify.annotations.NullMarked;
