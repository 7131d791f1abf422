/** The code of the calling program: where it is, what it is called by content, how it travels. */
@NullMarked
package io.muster.code;

import org.jspecify.annotations.NullMarked;
