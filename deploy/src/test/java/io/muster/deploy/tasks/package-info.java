/**
 * Tasks that misbehave, each in one way; packed into a jar by the tests and submitted as a user's.
 */
@NullMarked
package io.muster.deploy.tasks;

import org.jspecify.annotations.NullMarked;
