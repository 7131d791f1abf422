package io.muster.calls;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import org.jspecify.annotations.Nullable;

/**
 * What all lambdas from one place in a program have in common: a {@link SerializedLambda} without
 * the values that it captures.
 *
 * @param capturingClass in whose code it stands, {@code a/b/C}, like all names here
 * @param captured how many values it captures
 */
record LambdaShape(
    String capturingClass,
    String interfaceClass,
    String interfaceMethod,
    String interfaceSignature,
    int implementationKind,
    String implementationClass,
    String implementationMethod,
    String implementationSignature,
    String instantiatedType,
    int captured) {

  static LambdaShape of(SerializedLambda lambda) {
    return new LambdaShape(
        lambda.getCapturingClass(),
        lambda.getFunctionalInterfaceClass(),
        lambda.getFunctionalInterfaceMethodName(),
        lambda.getFunctionalInterfaceMethodSignature(),
        lambda.getImplMethodKind(),
        lambda.getImplClass(),
        lambda.getImplMethodName(),
        lambda.getImplMethodSignature(),
        lambda.getInstantiatedMethodType(),
        lambda.getCapturedArgCount());
  }

  /** The lambda with these values, before it is resolved. */
  SerializedLambda with(Class<?> capturing, @Nullable Object[] values) {
    return new SerializedLambda(
        capturing,
        interfaceClass,
        interfaceMethod,
        interfaceSignature,
        implementationKind,
        implementationClass,
        implementationMethod,
        implementationSignature,
        instantiatedType,
        values);
  }

  void write(OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeUTF(capturingClass);
    data.writeUTF(interfaceClass);
    data.writeUTF(interfaceMethod);
    data.writeUTF(interfaceSignature);
    data.writeByte(implementationKind);
    data.writeUTF(implementationClass);
    data.writeUTF(implementationMethod);
    data.writeUTF(implementationSignature);
    data.writeUTF(instantiatedType);
    data.writeByte(captured); // a method has at most 255 parameters
  }

  static LambdaShape read(byte[] bytes) throws UnreadableValueException {
    try {
      DataInputStream data = new DataInputStream(new ByteArrayInputStream(bytes));
      return new LambdaShape(
          data.readUTF(),
          data.readUTF(),
          data.readUTF(),
          data.readUTF(),
          data.readUnsignedByte(),
          data.readUTF(),
          data.readUTF(),
          data.readUTF(),
          data.readUTF(),
          data.readUnsignedByte());
    } catch (IOException e) {
      throw new UnreadableValueException("bytes that are no function", e);
    }
  }
}
