/** Calls of functions in other processes, and what they return, as bytes. */
@NullMarked
package io.muster.calls;

import org.jspecify.annotations.NullMarked;
