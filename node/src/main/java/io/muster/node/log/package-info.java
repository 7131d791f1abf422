/** Where a node's log goes: nowhere until it has a folder, then into bounded files there. */
@NullMarked
package io.muster.node.log;

import org.jspecify.annotations.NullMarked;
