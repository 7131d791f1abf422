/** Published values, and that splitting changes nothing. */
@NullMarked
package io.muster.examples;

import org.jspecify.annotations.NullMarked;
