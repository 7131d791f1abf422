/** Looks at users' programs and runs them, inside the processes that are made for it. */
@NullMarked
package io.muster.harness;

import org.jspecify.annotations.NullMarked;
