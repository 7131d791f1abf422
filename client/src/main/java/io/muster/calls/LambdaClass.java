package io.muster.calls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The class that the JVM makes for a serializable lambda: one for each place in a program where one
 * stands. All its objects have one shape. Any thread.
 */
final class LambdaClass {
  private static final ClassValue<Found> FOUND =
      new ClassValue<>() {
        @Override
        protected Found computeValue(Class<?> type) {
          return new Found(find(type));
        }
      };

  /** A class value can't be null. */
  private record Found(@Nullable LambdaClass lambda) {}

  private final MethodHandle writeReplace;
  private volatile byte @Nullable [] callHead;

  private LambdaClass(MethodHandle writeReplace) {
    this.writeReplace = writeReplace;
  }

  /** Null if objects of this class are no serializable lambdas, or may not be looked into. */
  static @Nullable LambdaClass of(Class<?> type) {
    return FOUND.get(type).lambda;
  }

  private static @Nullable LambdaClass find(Class<?> type) {
    if (!type.isHidden() || !type.isSynthetic()) {
      return null;
    }
    try {
      Method method = type.getDeclaredMethod("writeReplace");
      method.setAccessible(true);
      return new LambdaClass(
          MethodHandles.lookup()
              .unreflect(method)
              .asType(MethodType.methodType(Object.class, Object.class)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // a lambda of another kind, or of a module that is not open
    }
  }

  SerializedLambda serialized(Object lambda) {
    try {
      return (SerializedLambda) (Object) writeReplace.invokeExact(lambda);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a lambda's writeReplace throws nothing", e);
    }
  }

  /** The head of calls of such a lambda. */
  byte[] callHead(SerializedLambda lambda) {
    byte[] head = callHead;
    if (head == null) {
      Bytes out = new Bytes();
      out.write(HeadKind.CALL_OF_LAMBDA);
      try {
        LambdaShape.of(lambda).write(out);
      } catch (IOException e) {
        throw new UncheckedIOException("a signature of more than 64 KiB", e);
      }
      head = out.take();
      callHead = head;
    }
    return head;
  }
}
