/** What the command lines of both nodes have in common. */
@NullMarked
package io.muster.node.options;

import org.jspecify.annotations.NullMarked;
