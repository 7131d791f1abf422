/** Programs to learn from: a user's project, on the client alone. */
@NullMarked
package io.muster.examples;

import org.jspecify.annotations.NullMarked;
