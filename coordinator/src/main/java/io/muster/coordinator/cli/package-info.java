/** The command line: what users type, what they see, and how commands end. */
@NullMarked
package io.muster.coordinator.cli;

import org.jspecify.annotations.NullMarked;
