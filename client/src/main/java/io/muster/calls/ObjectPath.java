package io.muster.calls;

import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the shortest way from one object to another, through fields that are serialized, elements
 * of collections and what lambdas capture, and names its steps in the user's words. Only for
 * telling what is wrong: it looks at objects without changing them.
 */
final class ObjectPath {
  private static final int MOST_OBJECTS = 100_000;
  private static final String LAMBDA = "$$Lambda";

  /**
   * An object on the way.
   *
   * @param step how it is reached from the one before
   */
  private record Node(Object object, String step, @Nullable Node before) {}

  private final Object target;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Node> ahead = new ArrayDeque<>();
  private @Nullable Node found;

  ObjectPath(Object target) {
    this.target = target;
  }

  /** The steps, the last one first; none if no way is found. */
  List<String> from(@Nullable Object root) {
    if (root != null) {
      meet(root, "", null);
    }
    while (found == null && !ahead.isEmpty()) {
      Node node = ahead.remove();
      try {
        expand(node);
      } catch (RuntimeException e) {
        continue; // a collection of the user's own kind may do anything
      }
    }
    List<String> steps = new ArrayList<>();
    for (Node node = found; node != null && node.before != null; node = node.before) {
      steps.add(node.step);
    }
    return steps;
  }

  static boolean isLambda(Class<?> type) {
    return type.isHidden() && type.getName().contains(LAMBDA);
  }

  /** Whether it is the object in whose method that lambda was written. */
  static boolean isThisOfLambda(@Nullable Object lambda, Object captured) {
    SerializedLambda shape = lambda == null ? null : shapeOf(lambda);
    return shape != null && isThis(shape, 0) && shape.getCapturedArg(0) == captured;
  }

  static String nameOf(Class<?> type) {
    return isLambda(type) ? "the lambda in " + placeOf(type.getName()) : type.getTypeName();
  }

  private static String placeOf(String lambdaClass) {
    return lambdaClass.substring(0, lambdaClass.indexOf(LAMBDA));
  }

  private void meet(@Nullable Object object, String step, @Nullable Node before) {
    if (object == null || found != null || seen.size() >= MOST_OBJECTS || !seen.add(object)) {
      return;
    }
    Node node = new Node(object, step, before);
    if (object == target) {
      found = node;
    } else {
      ahead.add(node);
    }
  }

  private void expand(Node node) {
    Object object = node.object;
    SerializedLambda lambda = shapeOf(object);
    if (lambda != null) {
      captured(lambda, node);
    } else if (object instanceof Object[] array) {
      for (int i = 0; i < array.length; i++) {
        meet(array[i], "element " + i + " of " + object.getClass().getTypeName(), node);
      }
    } else if (object instanceof Collection<?> collection) {
      int i = 0;
      for (Object element : collection) {
        meet(element, "element " + i++ + " of " + nameOf(object.getClass()), node);
      }
    } else if (object instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        meet(entry.getKey(), "a key of " + nameOf(object.getClass()), node);
        meet(entry.getValue(), "a value of " + nameOf(object.getClass()), node);
      }
    }
    fields(node);
  }

  private void captured(SerializedLambda lambda, Node node) {
    String place = "the lambda in " + lambda.getCapturingClass().replace('/', '.');
    int count = lambda.getCapturedArgCount();
    for (int i = 0; i < count; i++) {
      String step =
          isThis(lambda, i)
              ? "the enclosing object of " + place
              : "value " + (i + 1) + " of " + count + " captured by " + place;
      meet(lambda.getCapturedArg(i), step, node);
    }
  }

  private static boolean isThis(SerializedLambda lambda, int position) {
    return position == 0
        && lambda.getCapturedArgCount() > 0
        && lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic
        && lambda.getImplMethodName().startsWith("lambda$")
        && lambda.getImplClass().equals(lambda.getCapturingClass());
  }

  private static @Nullable SerializedLambda shapeOf(Object object) {
    LambdaClass lambda = LambdaClass.of(object.getClass());
    return lambda == null ? null : lambda.serialized(object);
  }

  private void fields(Node node) {
    for (Class<?> type = node.object.getClass(); type != null; type = type.getSuperclass()) {
      ObjectStreamClass described = ObjectStreamClass.lookup(type);
      if (described == null) {
        continue;
      }
      for (ObjectStreamField each : described.getFields()) {
        if (!each.isPrimitive()) {
          meet(valueOf(type, each.getName(), node.object), stepOf(each.getName(), type), node);
        }
      }
    }
  }

  private static String stepOf(String field, Class<?> type) {
    return field.startsWith("this$")
        ? "the enclosing object of " + nameOf(type)
        : "field '" + field + "' of " + nameOf(type);
  }

  private static @Nullable Object valueOf(Class<?> type, String name, Object object) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(object);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // not ours to see
    }
  }
}
