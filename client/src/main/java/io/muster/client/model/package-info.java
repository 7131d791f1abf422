/** What a coordinator answers, as plain values, and how it refuses. */
@NullMarked
package io.muster.client.model;

import org.jspecify.annotations.NullMarked;
