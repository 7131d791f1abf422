package io.muster.harness;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds what stands for the type parameters of an interface in a class that implements it. */
final class TypeArguments {
  private TypeArguments() {}

  /**
   * @return the type arguments, with bounds in place of variables that are still open; {@code
   *     Object} for each when the class implements the interface raw
   */
  static Type[] of(Class<?> type, Class<?> wanted) {
    Type[] found = search(type, Map.of(), wanted);
    if (found != null) {
      return found;
    }
    Type[] raw = new Type[wanted.getTypeParameters().length];
    Arrays.fill(raw, Object.class);
    return raw;
  }

  /** The class behind a type. */
  static Class<?> rawClass(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (type instanceof GenericArrayType array) {
      return rawClass(array.getGenericComponentType()).arrayType();
    }
    return Object.class;
  }

  private static Type @Nullable [] search(
      Type type, Map<TypeVariable<?>, Type> known, Class<?> wanted) {
    Class<?> plain = rawClass(type);
    if (!wanted.isAssignableFrom(plain)) {
      return null;
    }
    Map<TypeVariable<?>, Type> here = new HashMap<>();
    if (type instanceof ParameterizedType parameterized) {
      TypeVariable<?>[] variables = plain.getTypeParameters();
      Type[] arguments = parameterized.getActualTypeArguments();
      for (int i = 0; i < variables.length; i++) {
        here.put(variables[i], filled(arguments[i], known));
      }
      if (plain == wanted) {
        return Arrays.stream(variables).map(here::get).toArray(Type[]::new);
      }
    } else if (plain == wanted) {
      return null;
    }
    for (Type parent : plain.getGenericInterfaces()) {
      Type[] found = search(parent, here, wanted);
      if (found != null) {
        return found;
      }
    }
    Type parent = plain.getGenericSuperclass();
    return parent == null ? null : search(parent, here, wanted);
  }

  private static Type filled(Type type, Map<TypeVariable<?>, Type> known) {
    if (type instanceof TypeVariable<?> variable) {
      Type value = known.get(variable);
      return value != null ? value : rawClass(variable.getBounds()[0]);
    }
    if (type instanceof WildcardType wildcard) {
      return filled(wildcard.getUpperBounds()[0], known);
    }
    if (type instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = filled(arguments[i], known);
      }
      return new Filled(parameterized.getRawType(), parameterized.getOwnerType(), arguments);
    }
    if (type instanceof GenericArrayType array) {
      Type component = filled(array.getGenericComponentType(), known);
      return component instanceof Class<?> plain ? plain.arrayType() : new FilledArray(component);
    }
    return type;
  }

  /** An array of a generic type whose variables have been replaced. */
  private record FilledArray(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String getTypeName() {
      return component.getTypeName() + "[]";
    }

    @Override
    public String toString() {
      return getTypeName();
    }
  }

  /** A generic type whose variables have been replaced. */
  private record Filled(Type raw, @Nullable Type owner, Type[] arguments)
      implements ParameterizedType {
    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.clone();
    }

    @Override
    public String getTypeName() {
      StringBuilder name = new StringBuilder(raw.getTypeName()).append('<');
      for (int i = 0; i < arguments.length; i++) {
        name.append(i == 0 ? "" : ", ").append(arguments[i].getTypeName());
      }
      return name.append('>').toString();
    }

    @Override
    public String toString() {
      return getTypeName();
    }
  }
}
