/** The child process of a local cluster: coordinator and worker in one JVM. */
@NullMarked
package io.muster.local.node;

import org.jspecify.annotations.NullMarked;
