/** A client's session: its open jobs, and the connection that brings their calls and answers. */
@NullMarked
package io.muster.client.session;

import org.jspecify.annotations.NullMarked;
