package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.lang.reflect.Field;

/** Reads where nothing is. */
@SuppressWarnings("removal")
public final class Segfaults implements Task<Long, Long> {
  @Override
  public Long run(Long input, TaskContext context) throws Exception {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field field = type.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    return (Long) type.getMethod("getLong", long.class).invoke(field.get(null), 1L);
  }
}
