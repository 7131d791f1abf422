/**
 * Tests that start the packaged jars as users do, on free ports with new folders, and break things.
 */
@NullMarked
package io.muster.deploy.it;

import org.jspecify.annotations.NullMarked;
