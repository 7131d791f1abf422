package io.muster.harness;

import io.muster.protocol.Encoding;
import io.muster.protocol.Outcomes;
import io.muster.protocol.Values;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes apart what a task of a stage that flattens gave: each entry is an output. */
final class TaskOutputs {
  private final EncodedValue encoded;
  private final long resultLimit;

  /**
   * @param encoded where each output is written
   * @param resultLimit bytes that all of them together may have
   */
  TaskOutputs(EncodedValue encoded, long resultLimit) {
    this.encoded = encoded;
    this.resultLimit = resultLimit;
  }

  /** The outputs, written; what the user's code throws when it is asked for them is thrown. */
  Values of(@Nullable Object given, ValueWriter writer, Encoding encoding)
      throws UncodableValueException, IOException {
    ValueBuffer outputs = new ValueBuffer();
    long size = 0;
    try (BaseStream<?, ?> stream = given instanceof BaseStream<?, ?> s ? s : null) {
      Iterator<?> each = stream == null ? entries(given) : stream.iterator();
      while (each.hasNext()) {
        encoded.reset(resultLimit);
        writer.write(each.next(), encoded);
        encoded.finish();
        size += encoded.size();
        if (size > resultLimit) {
          throw UncodableValueException.tooLarge(size, resultLimit);
        }
        outputs.append(encoded);
        if (outputs.count() > Outcomes.MOST_OUTPUTS
            || outputs.weight() > Outcomes.MOST_OUTPUT_BYTES) {
          throw UncodableValueException.tooMany();
        }
      }
    }
    return outputs.take(encoding);
  }

  private static Iterator<?> entries(@Nullable Object given) throws UncodableValueException {
    if (given instanceof Iterable<?> iterable) {
      return iterable.iterator();
    }
    if (given instanceof Iterator<?> iterator) {
      return iterator;
    }
    if (given instanceof Optional<?> optional) {
      return optional.stream().iterator();
    }
    if (given != null && given.getClass().isArray()) {
      return IntStream.range(0, Array.getLength(given))
          .mapToObj(k -> Array.get(given, k))
          .iterator();
    }
    throw UncodableValueException.notFlat(given == null ? "null" : given.getClass().getName());
  }
}
