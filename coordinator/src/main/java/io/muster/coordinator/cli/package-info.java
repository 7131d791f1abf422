/** The command line: a class a command. */
@NullMarked
package io.muster.coordinator.cli;

import org.jspecify.annotations.NullMarked;
