package io.muster.harness;

import io.muster.protocol.Encoding;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Program.Shape;
import java.lang.reflect.Type;
import java.nio.file.Path;

/**
 * A user's program, ready to run.
 *
 * @param object of the user's class
 * @param blobs folder with inputs that are too large for a message
 */
record LoadedProgram(
    Object object,
    ProgramClass programClass,
    JobSpec spec,
    ClassLoader loader,
    RunningTask context,
    Path blobs) {

  Shape shape() {
    return programClass.shape();
  }

  Inputs inputs() {
    return spec.inputs();
  }

  /** How values of this encoding become what the user's code takes as that type. */
  ValueReader reader(Encoding encoding, Type type) {
    return reader(encoding, type, loader);
  }

  /** The same, with classes from this loader. */
  static ValueReader reader(Encoding encoding, Type type, ClassLoader loader) {
    return switch (encoding) {
      case JSON -> new JsonReader(type);
      case BYTES -> new LineReader(type);
      case JAVA -> new JavaValues(loader, null);
    };
  }

  /** How values become bytes of this encoding. */
  ValueWriter writer(Encoding encoding) {
    return encoding == Encoding.JAVA ? new JavaValues(loader, null) : new JsonWriter();
  }

  /** What a job's results are written in that has inputs of this encoding. */
  static Encoding resultsFor(Encoding inputs) {
    return inputs == Encoding.JAVA ? Encoding.JAVA : Encoding.JSON;
  }
}
