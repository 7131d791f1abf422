/**
 * How the shared words look as bytes: mappings between records and protobuf messages. Any thread
 * may call.
 */
@NullMarked
package io.muster.protocol.wire;

import org.jspecify.annotations.NullMarked;
