package io.muster.protocol;

/** How the bytes of an input or a result are to be read. */
public enum Encoding {
  /** One JSON value, UTF-8. */
  JSON,
  /**
   * Plain bytes, as a command reads or writes them; shown as text if they are UTF-8, else as
   * Base64.
   */
  BYTES,
  /** Java serialization, decoded only in task processes and, through a filter, in the client. */
  JAVA
}
