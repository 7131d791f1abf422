package io.muster.calls;

import io.muster.api.RemoteBiFunction;
import io.muster.api.RemoteFunction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Makes calls of what {@link CallEncoder} wrote, in a task process. For one thread. */
public final class CallDecoder {
  private static final int MOST_KEPT = 1_024;
  private static final Object[] NOTHING = {};

  private final ClassLoader loader;
  private final ValueInput.Objects objects;

  /** What can be used again: shapes by their bytes, whatever head they were in. */
  private final Map<Key, LambdaMaker> makers = kept();

  /** Heads without state. */
  private final Map<Key, CallHead> heads = kept();

  /** Bytes as a key. */
  private static final class Key {
    private final byte[] bytes;
    private final int hash;

    Key(byte[] bytes) {
      this.bytes = bytes;
      this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /**
   * @param loader has the user's classes
   */
  public CallDecoder(ClassLoader loader) {
    this.loader = loader;
    this.objects = this::stream;
  }

  private ObjectInputStream stream(ByteArrayInputStream bytes, int length) throws IOException {
    return new ObjectReader(bytes, loader);
  }

  private static <V> Map<Key, V> kept() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Key, V> eldest) {
        return size() > MOST_KEPT;
      }
    };
  }

  /**
   * The function of the calls behind this head; asked for anew for each head in a chunk.
   *
   * @param bytes not changed afterwards
   */
  public CallHead head(byte[] bytes) throws UnreadableValueException {
    if (bytes.length == 0) {
      throw new UnreadableValueException("a call without a function", null);
    }
    Key key = new Key(bytes);
    CallHead known = heads.get(key);
    if (known != null) {
      return known;
    }
    return switch (bytes[0]) {
      case HeadKind.CALL_OF_LAMBDA -> {
        CallHead head = lambdas(maker(Arrays.copyOfRange(bytes, 1, bytes.length)));
        heads.put(key, head);
        yield head;
      }
      case HeadKind.CALL_OF_OBJECT -> {
        CallHead head = new Calls(this::readOne);
        heads.put(key, head);
        yield head;
      }
      case HeadKind.LAMBDA -> {
        LambdaInHead lambda = lambdaInHead(bytes);
        CallHead head = of(lambda.function());
        if (lambda.isStateless()) {
          heads.put(key, head);
        }
        yield head;
      }
      case HeadKind.OBJECT -> of(readOne(bytes, 1, bytes.length - 1));
      case Tag.STREAM -> of(readOne(bytes, 0, bytes.length));
      default -> throw new UnreadableValueException("a function of an unknown kind", null);
    };
  }

  private record LambdaInHead(Object function, boolean isStateless) {}

  private LambdaInHead lambdaInHead(byte[] bytes) throws UnreadableValueException {
    ValueInput input = new ValueInput(bytes, 1, bytes.length - 1, objects);
    LambdaMaker maker = maker(input.readBytes(input.readLength()));
    int captured = maker.captured();
    return new LambdaInHead(maker.make(input.readAll(captured)), captured == 0);
  }

  private LambdaMaker maker(byte[] shape) throws UnreadableValueException {
    Key key = new Key(shape);
    LambdaMaker maker = makers.get(key);
    if (maker == null) {
      maker = LambdaMaker.of(LambdaShape.read(shape), loader);
      makers.put(key, maker);
    }
    return maker;
  }

  private CallHead lambdas(LambdaMaker maker) throws UnreadableValueException {
    int captured = maker.captured();
    if (captured == 0) {
      Object lambda = maker.make(NOTHING);
      return new Calls((input, offset, length) -> lambda);
    }
    return new Calls(
        (input, offset, length) ->
            maker.make(new ValueInput(input, offset, length, objects).readAll(captured)));
  }

  private @Nullable Object readOne(byte[] input, int offset, int length)
      throws UnreadableValueException {
    return new ValueInput(input, offset, length, objects).readOne();
  }

  private CallHead of(@Nullable Object function) throws UnreadableValueException {
    if (function instanceof RemoteFunction<?, ?> unary) {
      @SuppressWarnings("unchecked") // the client's types say that it takes these
      RemoteFunction<@Nullable Object, @Nullable Object> typed =
          (RemoteFunction<@Nullable Object, @Nullable Object>) unary;
      return new OfOne(typed);
    }
    if (function instanceof RemoteBiFunction<?, ?, ?> binary) {
      @SuppressWarnings("unchecked") // as above
      RemoteBiFunction<@Nullable Object, @Nullable Object, @Nullable Object> typed =
          (RemoteBiFunction<@Nullable Object, @Nullable Object, @Nullable Object>) binary;
      return new OfTwo(typed);
    }
    if (function instanceof Callable || function instanceof Runnable) {
      return new Calls((input, offset, length) -> function);
    }
    throw new UnreadableValueException(
        (function == null ? "null" : function.getClass().getName()) + " can't be called", null);
  }

  /** Where a callable object comes from. */
  private interface Source {
    @Nullable Object read(byte[] input, int offset, int length) throws UnreadableValueException;
  }

  /** Calls without arguments. */
  private static final class Calls extends CallHead {
    private final Source source;

    Calls(Source source) {
      this.source = source;
    }

    @Override
    public @Nullable Object read(byte[] input, int offset, int length)
        throws UnreadableValueException {
      Object read = source.read(input, offset, length);
      if (read instanceof Callable || read instanceof Runnable) {
        return read;
      }
      throw new UnreadableValueException(
          (read == null ? "null" : read.getClass().getName()) + " can't be called", null);
    }

    @Override
    public @Nullable Object run(@Nullable Object read) throws Exception {
      if (read instanceof Callable<?> callable) {
        return callable.call();
      }
      if (read instanceof Runnable runnable) {
        runnable.run();
      }
      return null;
    }
  }

  private final class OfOne extends CallHead {
    private final RemoteFunction<@Nullable Object, @Nullable Object> function;

    OfOne(RemoteFunction<@Nullable Object, @Nullable Object> function) {
      this.function = function;
    }

    @Override
    public @Nullable Object read(byte[] input, int offset, int length)
        throws UnreadableValueException {
      return readOne(input, offset, length);
    }

    @Override
    @SuppressWarnings("NullAway") // the user's type may take null, which it does not read
    public @Nullable Object run(@Nullable Object read) throws Exception {
      return function.apply(read);
    }
  }

  private final class OfTwo extends CallHead {
    private final RemoteBiFunction<@Nullable Object, @Nullable Object, @Nullable Object> function;

    OfTwo(RemoteBiFunction<@Nullable Object, @Nullable Object, @Nullable Object> function) {
      this.function = function;
    }

    @Override
    public @Nullable Object read(byte[] input, int offset, int length)
        throws UnreadableValueException {
      return new ValueInput(input, offset, length, objects).readAll(2);
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public @Nullable Object run(@Nullable Object read) throws Exception {
      if (!(read instanceof Object[] arguments)) {
        throw new IllegalArgumentException("not two arguments: " + read);
      }
      return function.apply(arguments[0], arguments[1]);
    }
  }
}
