package io.muster.deploy.tasks;

/** Has nothing to run. */
public final class NotATask {}
