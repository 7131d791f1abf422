package io.muster.calls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/**
 * Makes lambdas of one {@link LambdaShape} with the method that the compiler puts into the class in
 * which they stand. (What {@link SerializedLambda} does itself looks at all methods of that class,
 * and fails when one of them mentions a class that is not here.)
 */
final class LambdaMaker {
  private static final MethodType TYPE =
      MethodType.methodType(Object.class, SerializedLambda.class);

  private final LambdaShape shape;
  private final Class<?> capturing;
  private final MethodHandle deserialize;

  private LambdaMaker(LambdaShape shape, Class<?> capturing, MethodHandle deserialize) {
    this.shape = shape;
    this.capturing = capturing;
    this.deserialize = deserialize;
  }

  static LambdaMaker of(LambdaShape shape, ClassLoader loader) throws UnreadableValueException {
    String name = shape.capturingClass().replace('/', '.');
    try {
      Class<?> capturing = Class.forName(name, false, loader);
      MethodHandle deserialize =
          MethodHandles.privateLookupIn(capturing, MethodHandles.lookup())
              .findStatic(capturing, "$deserializeLambda$", TYPE);
      return new LambdaMaker(shape, capturing, deserialize);
    } catch (ClassNotFoundException e) {
      throw new UnreadableValueException(
          "class " + name + ", in which the lambda stands, is not here", e);
    } catch (NoSuchMethodException e) {
      throw otherVersion(name, e);
    } catch (IllegalAccessException | LinkageError e) {
      throw new UnreadableValueException("the lambda in " + name + " can't be made: " + e, e);
    }
  }

  int captured() {
    return shape.captured();
  }

  /** A lambda with these captured values. */
  Object make(@Nullable Object[] values) throws UnreadableValueException {
    String name = capturing.getName();
    try {
      return (Object) deserialize.invokeExact(shape.with(capturing, values));
    } catch (IllegalArgumentException e) {
      throw otherVersion(name, e);
    } catch (ExceptionInInitializerError e) {
      throw new UnreadableValueException(
          "class " + name + " can't be initialised: " + e.getCause(), e);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      throw new UnreadableValueException("the lambda in " + name + " can't be made: " + e, e);
    }
  }

  private static UnreadableValueException otherVersion(String name, Throwable why) {
    return new UnreadableValueException(
        "class " + name + " is here in another version: it has no such lambda", why);
  }
}
