package io.muster.deploy.tasks;

import io.muster.api.Task;
import io.muster.api.TaskContext;
import java.io.Serializable;
import java.time.Duration;

/** A point on the other side of the diagonal: an object of the user's own in and out. */
public final class Mirrored implements Task<Mirrored.Point, Mirrored.Point> {
  /** JSON has its fields, Java serialization all of it. */
  public record Point(int x, int y, Duration age) implements Serializable {}

  @Override
  public Point run(Point input, TaskContext context) {
    return new Point(input.y(), input.x(), input.age());
  }
}
