/** A node's certificate and key, as long as they last, and mutual TLS between nodes with them. */
@NullMarked
package io.muster.node.tls;

import org.jspecify.annotations.NullMarked;
