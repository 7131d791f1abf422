package io.muster.calls;

/**
 * A call as bytes. Arrays are shared, not copied: nobody changes them.
 *
 * @param head what calls from the same place in a program have in common; the same array each time,
 *     if it can be
 * @param input what is this call's own
 */
public record EncodedCall(byte[] head, byte[] input) {}
