package io.muster.worker.process;

import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * What all task processes of a worker share.
 *
 * @param launch how they are started
 * @param marks their markers
 * @param jvm how JVMs are started
 * @param sockets folder of mode 0700 with a short name: a socket's path has at most 107 bytes
 * @param temp folder in which each gets a folder of its own
 * @param out folder for values that are too large for a message, each a file named by its SHA-256
 * @param nice runs what starts JVMs, on one thread of lower priority
 * @param threads runs what blocks
 */
public record Surroundings(
    Launch launch,
    Marks marks,
    JvmSettings jvm,
    Path sockets,
    Path temp,
    Path out,
    Executor nice,
    Executor threads) {}
