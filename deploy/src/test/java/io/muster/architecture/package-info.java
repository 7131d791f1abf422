/** The walls of the house, as tests. */
@NullMarked
package io.muster.architecture;

import org.jspecify.annotations.NullMarked;
