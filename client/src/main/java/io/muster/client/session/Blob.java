package io.muster.client.session;

import io.muster.protocol.BlobRef;

/** Bytes too large for a message, kept so that another coordinator can have them too. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Blob(BlobRef ref, byte[] bytes) {}
