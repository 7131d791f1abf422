/** What both nodes answer over HTTP: whether they are alive and ready, and their metrics. */
@NullMarked
package io.muster.node.http;

import org.jspecify.annotations.NullMarked;
