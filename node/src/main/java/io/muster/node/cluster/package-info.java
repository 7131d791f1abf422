/** What every node's Pekko is told of the cluster. */
@NullMarked
package io.muster.node.cluster;

import org.jspecify.annotations.NullMarked;
