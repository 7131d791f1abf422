/** How a call of a function travels: the function, its arguments and its result as bytes. */
@NullMarked
package io.muster.calls;

import org.jspecify.annotations.NullMarked;
