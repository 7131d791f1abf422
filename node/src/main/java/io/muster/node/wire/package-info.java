/** What nodes say to each other through Pekko, as bytes. */
@NullMarked
package io.muster.node.wire;

import org.jspecify.annotations.NullMarked;
