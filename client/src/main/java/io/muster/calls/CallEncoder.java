package io.muster.calls;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Makes bytes of calls. A call is a <em>head</em>, the function, and an <em>input</em>, what it is
 * given; calls that follow each other share a head that is the same. Numbers, text and {@code
 * byte[]} have a form of a few bytes; everything else is written by Java serialization. Any thread.
 */
public final class CallEncoder {
  private static final byte[] CALL_OF_OBJECT = {HeadKind.CALL_OF_OBJECT};

  /**
   * A call without arguments. All calls of lambdas from the same place in a program have the same
   * head; the input is what this lambda captures. Of an object of any other class the input is the
   * whole object.
   *
   * @param function a {@link Callable} or {@link Runnable} that is Serializable
   */
  public EncodedCall call(Object function) throws NotSerializableCallException {
    if (!(function instanceof Callable) && !(function instanceof Runnable)) {
      throw new IllegalArgumentException(
          function.getClass().getName() + " is neither a Callable nor a Runnable");
    }
    LambdaClass lambdaClass = LambdaClass.of(function.getClass());
    if (lambdaClass == null) {
      return new EncodedCall(CALL_OF_OBJECT, one(function));
    }
    SerializedLambda lambda = lambdaClass.serialized(function);
    return new EncodedCall(lambdaClass.callHead(lambda), captured(function, lambda));
  }

  /**
   * The head of calls of one function with different {@linkplain #arguments arguments}: the
   * function itself, whole. Also what {@code Program.Calls.setup} consists of.
   *
   * @param function a {@code RemoteFunction} or {@code RemoteBiFunction}; or a Callable or
   *     Runnable, whose inputs are empty
   */
  public byte[] function(Object function) throws NotSerializableCallException {
    Bytes head = new Bytes();
    LambdaClass lambdaClass = LambdaClass.of(function.getClass());
    if (lambdaClass == null) {
      head.write(HeadKind.OBJECT);
      value(function, head);
      return head.take();
    }
    SerializedLambda lambda = lambdaClass.serialized(function);
    byte[] captured = captured(function, lambda);
    Bytes shape = new Bytes();
    head.write(HeadKind.LAMBDA);
    try {
      LambdaShape.of(lambda).write(shape);
      byte[] bytes = shape.take();
      ValueOutput.varint(bytes.length, head);
      head.write(bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new NotSerializableCallException("the lambda's signature is too long", e);
    }
    head.write(captured, 0, captured.length);
    return head.take();
  }

  /**
   * The input of a call.
   *
   * @param arguments one for a {@code RemoteFunction}, two for a {@code RemoteBiFunction}
   */
  public byte[] arguments(@Nullable Object... arguments) throws NotSerializableCallException {
    if (arguments.length == 1) {
      return one(arguments[0]);
    }
    Bytes out = new Bytes();
    arguments(out, arguments);
    return out.take();
  }

  /**
   * Writes the input of a call.
   *
   * @param arguments two or more; one is written by {@link #value}
   * @throws NotSerializableCallException if one is not serializable; a part may have been written
   */
  public void arguments(OutputStream out, @Nullable Object... arguments)
      throws NotSerializableCallException {
    try {
      ValueOutput.writeAll(arguments, out);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Culprit.among(Culprit.arguments(arguments), e);
    }
  }

  /**
   * Writes one value, an argument or a result.
   *
   * @throws NotSerializableCallException if it is not serializable, or {@code out} throws; a part
   *     of it may have been written
   */
  public void value(@Nullable Object value, OutputStream out) throws NotSerializableCallException {
    try {
      ValueOutput.write(value, out);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Culprit.among(Culprit.value(value), e);
    }
  }

  private byte[] one(@Nullable Object value) throws NotSerializableCallException {
    Bytes out = new Bytes();
    value(value, out);
    return out.take();
  }

  private static byte[] captured(Object function, SerializedLambda lambda)
      throws NotSerializableCallException {
    int count = lambda.getCapturedArgCount();
    @Nullable Object[] values = new @Nullable Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = lambda.getCapturedArg(i);
    }
    Bytes out = new Bytes();
    try {
      ValueOutput.writeAll(values, out);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Culprit.among(Culprit.value(function), e);
    }
    return out.take();
  }
}
