package io.muster.calls;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;

/** Reads serialized objects whose classes come from a loader of the caller's choice. */
public final class ObjectReader extends ObjectInputStream {
  private final ClassLoader loader;

  public ObjectReader(InputStream in, ClassLoader loader) throws IOException {
    super(in);
    this.loader = loader;
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass described)
      throws IOException, ClassNotFoundException {
    try {
      return Class.forName(described.getName(), false, loader);
    } catch (ClassNotFoundException e) {
      return super.resolveClass(described); // primitive types have no loader
    }
  }

  @Override
  protected Class<?> resolveProxyClass(String[] names) throws IOException, ClassNotFoundException {
    Class<?>[] interfaces = new Class<?>[names.length];
    for (int i = 0; i < names.length; i++) {
      interfaces[i] = Class.forName(names[i], false, loader);
    }
    return Proxy.newProxyInstance(loader, interfaces, (proxy, method, arguments) -> null)
        .getClass();
  }
}
