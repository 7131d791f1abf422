/** Large things by content: jars, files, big inputs and results, named by SHA-256. */
@NullMarked
package io.muster.coordinator.blobs;

import org.jspecify.annotations.NullMarked;
