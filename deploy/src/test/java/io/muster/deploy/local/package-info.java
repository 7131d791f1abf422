/** Programs that tests of local clusters start, each on {@code local.jar} alone. */
@NullMarked
package io.muster.deploy.local;

import org.jspecify.annotations.NullMarked;
