/** What a program that runs on a cluster is made of, and all of Muster that its code sees there. */
@NullMarked
package io.muster.api;

import org.jspecify.annotations.NullMarked;
