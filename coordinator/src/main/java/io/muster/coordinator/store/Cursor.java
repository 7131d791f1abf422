package io.muster.coordinator.store;

import org.jspecify.annotations.Nullable;

/**
 * A place in one block's entries. Its bytes may be let go between two steps and be read again: what
 * else it knows is small.
 */
abstract class Cursor {
  final Block block;
  final long offset;
  byte @Nullable [] bytes;
  boolean started;

  /** The index of the entry that it stands at; before it has started, none is less. */
  long index;

  Cursor(Block block, long offset) {
    this.block = block;
    this.offset = offset;
    this.index = block.from();
  }

  /** Steps to the next entry; false if there is none. */
  abstract boolean step(byte[] bytes);
}
