/** The conversation between the coordinator and one worker: a numbered stream each way. */
@NullMarked
package io.muster.node.link;

import org.jspecify.annotations.NullMarked;
