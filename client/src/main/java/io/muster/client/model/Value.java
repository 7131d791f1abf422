package io.muster.client.model;

import io.muster.protocol.BlobRef;
import io.muster.protocol.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * One input or result.
 *
 * @param bytes its content; empty when it is too large for a message
 * @param blob where its content is then, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Value(Encoding encoding, byte[] bytes, @Nullable BlobRef blob) {}
