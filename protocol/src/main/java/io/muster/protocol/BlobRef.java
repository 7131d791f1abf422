package io.muster.protocol;

/**
 * A blob and what it is called where it is unpacked.
 *
 * @param name a plain file name without folders (a jar's, a {@code --with} file's), or empty
 * @param size in bytes
 */
public record BlobRef(BlobId id, long size, String name) {}
