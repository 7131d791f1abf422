/** What a worker and a task process behind one of its slots say to each other. */
@NullMarked
package io.muster.protocol.process;

import org.jspecify.annotations.NullMarked;
