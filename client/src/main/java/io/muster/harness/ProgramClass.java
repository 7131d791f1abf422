package io.muster.harness;

import io.muster.api.Combine;
import io.muster.api.IoTask;
import io.muster.api.Job;
import io.muster.api.RangeTask;
import io.muster.api.Task;
import io.muster.protocol.Program.Shape;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A user's class that tasks run, looked at but not initialised: nothing of the user's code has run
 * until {@link #newInstance}. The client looks at it before it submits, the task process when it
 * loads it; both refuse in the same words.
 */
public final class ProgramClass {
  private static final int CLASS_FILE_OF_JAVA_1 = 44;

  private final Class<?> type;
  private final Shape shape;
  private final Type input;
  private final Type output;
  private final Constructor<?> constructor;

  private ProgramClass(
      Class<?> type, Shape shape, Type input, Type output, Constructor<?> constructor) {
    this.type = type;
    this.shape = shape;
    this.input = input;
    this.output = output;
    this.constructor = constructor;
  }

  /**
   * Looks at a class of these jars and lets go of them again.
   *
   * @param jars the class path, the user's own jar first
   * @throws UnusableProgramException with one line for the user
   */
  public static ProgramClass inspect(List<Path> jars, String className)
      throws UnusableProgramException {
    for (Path jar : jars) {
      checkIsJar(jar);
    }
    try (ProgramLoader loader = new ProgramLoader(jars)) {
      return find(loader, jars, className);
    } catch (IOException e) {
      throw new UnusableProgramException("can't read " + names(jars) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Finds a class through a loader that stays open.
   *
   * @param jars what the loader loads from, for refusals only
   * @throws UnusableProgramException with one line for the user
   */
  public static ProgramClass find(ClassLoader loader, List<Path> jars, String className)
      throws UnusableProgramException {
    try {
      return of(load(loader, jars, className));
    } catch (UnsupportedClassVersionError e) {
      throw new UnusableProgramException(builtForNewerJava(className, e), e);
    } catch (NoClassDefFoundError e) {
      throw lacking(className, String.valueOf(e.getMessage()).replace('/', '.'), jars, e);
    } catch (TypeNotPresentException e) {
      throw lacking(className, e.typeName(), jars, e); // an argument of a generic type
    } catch (LinkageError e) {
      throw new UnusableProgramException("class %s can't be loaded: %s".formatted(className, e), e);
    }
  }

  private static UnusableProgramException lacking(
      String className, String missing, List<Path> jars, Throwable why) {
    return new UnusableProgramException(
        "class %s needs %s, which is not in %s".formatted(className, missing, names(jars)), why);
  }

  private static ProgramClass of(Class<?> type) throws UnusableProgramException {
    Shape shape = shape(type);
    Constructor<?> constructor = constructor(type);
    return switch (shape) {
      case TASK -> typed(type, shape, constructor, Task.class);
      case JOB -> typed(type, shape, constructor, Job.class);
      case IO ->
          typed(
              type,
              shape,
              constructor,
              IoTask.class.isAssignableFrom(type) ? IoTask.class : IoTask.Blocking.class);
      case PIECES, COMBINING_RANGE -> {
        Type output = TypeArguments.of(type, RangeTask.class)[0];
        yield new ProgramClass(type, shape, Long.class, output, constructor);
      }
    };
  }

  private static ProgramClass typed(
      Class<?> type, Shape shape, Constructor<?> constructor, Class<?> api) {
    Type[] arguments = TypeArguments.of(type, api);
    return new ProgramClass(type, shape, arguments[0], arguments[1], constructor);
  }

  private static Shape shape(Class<?> type) throws UnusableProgramException {
    List<Shape> shapes = new ArrayList<>();
    if (Task.class.isAssignableFrom(type)) {
      shapes.add(Shape.TASK);
    }
    if (RangeTask.class.isAssignableFrom(type)) {
      shapes.add(Combine.class.isAssignableFrom(type) ? Shape.COMBINING_RANGE : Shape.PIECES);
    }
    if (Job.class.isAssignableFrom(type)) {
      shapes.add(Shape.JOB);
    }
    if (IoTask.class.isAssignableFrom(type)) {
      shapes.add(Shape.IO);
    }
    if (IoTask.Blocking.class.isAssignableFrom(type)) {
      shapes.add(Shape.IO);
    }
    if (shapes.size() == 1) {
      return shapes.get(0);
    }
    throw new UnusableProgramException(
        shapes.isEmpty()
            ? "class %s is not a task: it implements none of Task, RangeTask, IoTask and Job of %s"
                .formatted(type.getName(), Task.class.getPackageName())
            : "class %s is more than one kind of task: implement one of Task, RangeTask, IoTask and Job"
                .formatted(type.getName()));
  }

  private static Constructor<?> constructor(Class<?> type) throws UnusableProgramException {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!Modifier.isPublic(each.getModifiers())) {
        throw new UnusableProgramException("class %s is not public".formatted(each.getName()));
      }
    }
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      throw new UnusableProgramException(
          "%s is %s: name a class that can be made"
              .formatted(type.getName(), type.isInterface() ? "an interface" : "abstract"));
    }
    if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
      throw new UnusableProgramException(
          "class %s is an inner class: make it static".formatted(type.getName()));
    }
    try {
      return type.getConstructor();
    } catch (NoSuchMethodException e) {
      throw new UnusableProgramException(
          "class %s has no public constructor without arguments".formatted(type.getName()), e);
    }
  }

  private static Class<?> load(ClassLoader loader, List<Path> jars, String className)
      throws UnusableProgramException {
    String name = className;
    while (true) {
      try {
        return Class.forName(name, false, loader);
      } catch (ClassNotFoundException e) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
          throw new UnusableProgramException(noSuchClass(jars, className), e);
        }
        // a.b.Outer.Inner, as it is written in source, is a.b.Outer$Inner
        name = name.substring(0, dot) + '$' + name.substring(dot + 1);
      }
    }
  }

  private static String noSuchClass(List<Path> jars, String className)
      throws UnusableProgramException {
    for (Path jar : jars) {
      checkIsJar(jar);
    }
    String hint = "";
    List<String> similar = SimilarClasses.in(jars, className);
    if (!similar.isEmpty()) {
      hint = "; did you mean " + String.join(" or ", similar) + "?";
    }
    return "no class %s in %s%s".formatted(className, names(jars), hint);
  }

  private static void checkIsJar(Path jar) throws UnusableProgramException {
    if (!Files.exists(jar)) {
      throw new UnusableProgramException("no such file: " + jar);
    }
    if (Files.isDirectory(jar)) {
      throw new UnusableProgramException("not a jar but a folder: " + jar);
    }
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.size() == 0) {
        throw new UnusableProgramException("an empty jar: " + jar);
      }
    } catch (ZipException e) {
      throw new UnusableProgramException("not a jar: %s (%s)".formatted(jar, e.getMessage()), e);
    } catch (IOException e) {
      throw new UnusableProgramException("can't read " + jar + ": " + e.getMessage(), e);
    }
  }

  /** The JVM's own message speaks of class file versions, which nobody knows by heart. */
  private static String builtForNewerJava(String className, UnsupportedClassVersionError error) {
    String message = String.valueOf(error.getMessage());
    String built = message.replaceFirst("(?s)^(\\S+) .*?class file version (\\d+)\\..*$", "$1 $2");
    String[] words = built.split(" ");
    if (words.length != 2) {
      return "class %s was built for a newer Java: %s".formatted(className, message);
    }
    return "class %s was built for Java %d; this is Java %d"
        .formatted(
            words[0].replace('/', '.'),
            Integer.parseInt(words[1]) - CLASS_FILE_OF_JAVA_1,
            Runtime.version().feature());
  }

  private static String names(List<Path> jars) {
    List<String> names = new ArrayList<>();
    for (Path jar : jars) {
      names.add(String.valueOf(jar.getFileName()));
    }
    return String.join(", ", names);
  }

  public String name() {
    return type.getName();
  }

  public Shape shape() {
    return shape;
  }

  /** What a task is given; {@code Long} for range tasks. */
  public Type input() {
    return input;
  }

  /** What a task results in. */
  public Type output() {
    return output;
  }

  /**
   * Makes an object of it, which runs the user's static initialisers and constructor.
   *
   * @throws Throwable what these throw, as they throw it
   */
  @SuppressWarnings("ThrowSpecificExceptions")
  Object newInstance() throws Throwable {
    try {
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
