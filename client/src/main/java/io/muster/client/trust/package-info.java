/** How a program knows that it speaks to its cluster, and shows that it may. */
@NullMarked
package io.muster.client.trust;

import org.jspecify.annotations.NullMarked;
