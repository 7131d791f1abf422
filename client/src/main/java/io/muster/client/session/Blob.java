package io.muster.client.session;

import io.muster.protocol.BlobRef;
import java.util.concurrent.CompletableFuture;

/**
 * Bytes too large for a message, kept so that another coordinator can have them too.
 *
 * @param there done when the coordinator of the time has it, or can't be given it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Blob(BlobRef ref, byte[] bytes, CompletableFuture<Void> there) {
  /** The same without the bytes: nobody needs them any more. */
  Blob spent() {
    return new Blob(ref, new byte[0], there);
  }
}
