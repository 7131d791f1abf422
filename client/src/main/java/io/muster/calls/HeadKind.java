package io.muster.calls;

/** The first byte of a head: what its others are, and the inputs. Never changed, only added to. */
final class HeadKind {
  /** A {@link LambdaShape}; each input is what one such lambda captures. */
  static final byte CALL_OF_LAMBDA = 1;

  /** Nothing; each input is the whole function, as one value. */
  static final byte CALL_OF_OBJECT = 2;

  /** A {@link LambdaShape} behind its length, and what it captures; each input is arguments. */
  static final byte LAMBDA = 3;

  /** A function as one value; each input is arguments. */
  static final byte OBJECT = 4;

  private HeadKind() {}
}
