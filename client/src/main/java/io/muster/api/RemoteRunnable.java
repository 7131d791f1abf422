package io.muster.api;

import java.io.Serializable;

/**
 * A {@link Runnable} that can travel to another process: a lambda written against this type
 * serializes by itself, with what it captures.
 */
@FunctionalInterface
public interface RemoteRunnable extends Runnable, Serializable {}
