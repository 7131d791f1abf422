/** A cluster on this machine for one program: how it is started and ended. */
@NullMarked
package io.muster.local;

import org.jspecify.annotations.NullMarked;
