/** JUnit 5: a cluster for a test class or for a whole test run. */
@NullMarked
package io.muster.local.junit;

import org.jspecify.annotations.NullMarked;
