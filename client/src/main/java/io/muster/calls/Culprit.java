package io.muster.calls;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds which object it was that can't be serialized, and how it is reached. */
final class Culprit {
  /** A longer way is cut at its far end. */
  private static final int MOST_STEPS = 6;

  /**
   * Where a search begins.
   *
   * @param name what it is to the user, or empty
   */
  record Root(String name, @Nullable Object object) {}

  private Culprit() {}

  static List<Root> value(@Nullable Object value) {
    return List.of(new Root("", value));
  }

  static List<Root> arguments(@Nullable Object... arguments) {
    List<Root> roots = new ArrayList<>();
    for (Object argument : arguments) {
      roots.add(new Root("argument " + (roots.size() + 1) + " of " + arguments.length, argument));
    }
    return roots;
  }

  /** What to tell of a failed attempt to write these. */
  static NotSerializableCallException among(List<Root> roots, Throwable thrown) {
    for (Root root : roots) {
      Trying trying = null;
      try {
        trying = new Trying();
        trying.writeObject(root.object);
      } catch (IOException | RuntimeException | StackOverflowError e) {
        Object last = trying == null ? null : trying.lastBefore(e);
        return new NotSerializableCallException(message(root, last, e), thrown);
      }
    }
    return new NotSerializableCallException("can't be serialized: " + thrown, thrown);
  }

  private static String message(Root root, @Nullable Object last, Throwable thrown) {
    if (thrown instanceof StackOverflowError) {
      return typeOf(root.object) + where(root, null) + " is nested too deeply to be serialized";
    }
    if (!(thrown instanceof NotSerializableException)) {
      return typeOf(last) + where(root, last) + " can't be serialized: " + thrown;
    }
    if (last == null || !last.getClass().getName().equals(thrown.getMessage())) {
      // Its own writeObject says so.
      return String.format("%s%s is not Serializable", thrown.getMessage(), where(root, last));
    }
    return typeOf(last) + where(root, last) + " is not Serializable" + cure(root, last);
  }

  private static String where(Root root, @Nullable Object culprit) {
    List<String> steps = new ArrayList<>();
    if (culprit != null && culprit != root.object) {
      steps.addAll(new ObjectPath(culprit).from(root.object));
    }
    if (!root.name.isEmpty()) {
      steps.add(root.name);
    }
    if (steps.size() > MOST_STEPS) {
      steps = new ArrayList<>(steps.subList(0, MOST_STEPS));
      steps.add("...");
    }
    return steps.isEmpty() ? "" : " (" + String.join(", ", steps) + ")";
  }

  private static String cure(Root root, Object culprit) {
    if (culprit == root.object && ObjectPath.isLambda(culprit.getClass())) {
      return ": write it where a RemoteCallable, RemoteRunnable or RemoteFunction is wanted, or cast"
          + " it to (Callable<...> & Serializable)";
    }
    return ObjectPath.isThisOfLambda(root.object, culprit)
        ? ": the lambda uses a field or a method of it; copy what it needs into local variables, or"
            + " make the class Serializable"
        : "";
  }

  private static String typeOf(@Nullable Object object) {
    return object == null ? "null" : ObjectPath.nameOf(object.getClass());
  }

  /** Writes to nowhere and remembers which object it was at when it failed. */
  private static final class Trying extends ObjectOutputStream {
    private final Map<Object, Object> before = new IdentityHashMap<>();
    private @Nullable Object last;

    Trying() throws IOException {
      super(OutputStream.nullOutputStream());
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (object instanceof IOException && last != null) {
        before.put(object, last); // a stream writes the exception that ends it, too
      }
      last = object;
      return object;
    }

    @Nullable Object lastBefore(Throwable thrown) {
      return before.getOrDefault(thrown, last);
    }
  }
}
