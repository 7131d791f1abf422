package io.muster.harness;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Gives the numbers of a range to code that wants them as some type of number, or as text. */
interface NumberInput {
  Object of(long number) throws UncodableValueException;

  /** How a number becomes an object of this type. */
  static NumberInput as(Type type) {
    if (type == Long.class || TypeArguments.rawClass(type).isAssignableFrom(Long.class)) {
      return number -> number;
    }
    if (type == Integer.class) {
      return number -> {
        if ((int) number != number) {
          throw noFit(number, type);
        }
        return (int) number;
      };
    }
    if (type == Double.class) {
      return number -> (double) number;
    }
    if (type == String.class) {
      return Long::toString;
    }
    if (type == BigInteger.class) {
      return BigInteger::valueOf;
    }
    if (type == BigDecimal.class) {
      return BigDecimal::valueOf;
    }
    return number -> {
      throw noFit(number, type);
    };
  }

  private static UncodableValueException noFit(long number, Type type) {
    return UncodableValueException.uncodable(
        "the number %d of the range can't be given as %s".formatted(number, type.getTypeName()),
        null);
  }
}
