package io.muster.client.wire;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.muster.client.model.AnswerStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;

/** The messages of one call as plain values. The first is waited for at once. */
final class Answers<M, T> implements AnswerStream<T> {
  private final Channels channels;
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Iterator<M> messages;
  private final Function<M, List<T>> plain;
  private Iterator<T> values = List.<T>of().iterator();

  Answers(Channels channels, Supplier<Iterator<M>> call, Function<M, List<T>> plain) {
    this.channels = channels;
    this.plain = plain;
    Context previous = context.attach();
    try {
      messages = call.get();
      boolean unused = messages.hasNext();
    } finally {
      context.detach(previous);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      while (!values.hasNext()) {
        if (!messages.hasNext()) {
          return false;
        }
        values = plain.apply(messages.next()).iterator();
      }
      return true;
    } catch (StatusRuntimeException e) {
      throw channels.failed(e);
    }
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return values.next();
  }

  @Override
  public void close() {
    context.cancel(null);
  }
}
