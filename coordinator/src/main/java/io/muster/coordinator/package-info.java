/** The coordinator jar's entry. */
@NullMarked
package io.muster.coordinator;

import org.jspecify.annotations.NullMarked;
