/** On which thread an actor takes its turn. */
@NullMarked
package io.muster.node.turn;

import org.jspecify.annotations.NullMarked;
