package io.muster.local.junit;

import io.muster.client.Muster;
import io.muster.client.Pool;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A local cluster for tests. It is started before the first test of a class and closed after the
 * last; tests get it as a parameter of type {@link Muster}, and a {@link Pool} of their own, closed
 * after them, as a parameter of that type.
 *
 * <pre>{@code
 * @RegisterExtension static MusterExtension muster = MusterExtension.local(2);
 *
 * @Test
 * void squares(Pool pool) throws Exception {
 *   assertEquals(List.of(1, 4, 9), pool.map(x -> x * x, List.of(1, 2, 3)));
 * }
 * }</pre>
 */
public final class MusterExtension
    implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(MusterExtension.class);

  private final int processes;
  private final boolean isShared;
  private volatile @Nullable Muster muster;

  private MusterExtension(int processes, boolean isShared) {
    this.processes = processes;
    this.isShared = isShared;
  }

  /** For {@code @ExtendWith}: as many task processes as there are processors. */
  public MusterExtension() {
    this(Runtime.getRuntime().availableProcessors(), false);
  }

  /**
   * A cluster for each test class.
   *
   * @param processes task processes at a time, at least 1
   */
  public static MusterExtension local(int processes) {
    return new MusterExtension(processes, false);
  }

  /**
   * One cluster for all test classes of the run that say so with the same number, closed at the
   * run's end.
   *
   * @param processes task processes at a time, at least 1
   */
  public static MusterExtension shared(int processes) {
    return new MusterExtension(processes, true);
  }

  /**
   * The cluster of the test that runs.
   *
   * @throws IllegalStateException before the first test, or when this is not registered
   */
  public Muster muster() {
    Muster started = muster;
    if (started == null) {
      throw new IllegalStateException(
          "no cluster yet: it is started before the first test of a class where this is a field"
              + " annotated with @RegisterExtension");
    }
    return started;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    muster = started(context);
  }

  /** Where the field is not static this comes first. */
  @Override
  public void beforeEach(ExtensionContext context) {
    muster = started(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Muster.class || type == Pool.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Muster cluster = started(context);
    if (parameter.getParameter().getType() == Muster.class) {
      return cluster;
    }
    Pool pool = cluster.pool();
    context.getStore(NAMESPACE).put(pool, (Closed) pool::close);
    return pool;
  }

  private Muster started(ExtensionContext context) {
    Store store = (isShared ? context.getRoot() : context).getStore(NAMESPACE);
    Object key = isShared ? "shared " + processes : this;
    return Objects.requireNonNull(
            store.getOrComputeIfAbsent(
                key, absent -> new Running(Muster.local(processes)), Running.class))
        .muster();
  }

  /** What a store closes: JUnit from 5.13 on by the second, before that by the first. */
  @SuppressWarnings("deprecation")
  @FunctionalInterface
  private interface Closed extends Store.CloseableResource, AutoCloseable {
    @Override
    void close() throws Exception;
  }

  private record Running(Muster muster) implements Closed {
    @Override
    public void close() throws Exception {
      muster.close();
    }
  }
}
