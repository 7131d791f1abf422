package io.muster.calls;

/**
 * A call as bytes.
 *
 * @param head what calls of one function have in common
 * @param input what is this call's own
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncodedCall(byte[] head, byte[] input) {}
