/** The worker's command line. */
@NullMarked
package io.muster.worker;

import org.jspecify.annotations.NullMarked;
