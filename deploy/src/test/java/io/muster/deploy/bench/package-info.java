/** Programs that measure; {@code deploy/bench} starts them. */
@NullMarked
package io.muster.deploy.bench;

import org.jspecify.annotations.NullMarked;
