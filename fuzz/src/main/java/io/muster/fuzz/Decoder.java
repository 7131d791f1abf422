package io.muster.fuzz;

/** What is fed: reads bytes from outside, and may refuse them as it has declared. */
@FunctionalInterface
public interface Decoder {
  void read(byte[] bytes) throws Exception;
}
