/** How programs and people talk to a cluster: submit jobs, follow them, read what came out. */
@NullMarked
package io.muster.client;

import org.jspecify.annotations.NullMarked;
