/** Feeds decoders of bytes from outside with broken input, and watches what becomes of it. */
@NullMarked
package io.muster.fuzz;

import org.jspecify.annotations.NullMarked;
