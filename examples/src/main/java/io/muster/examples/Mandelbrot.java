package io.muster.examples;

import io.muster.api.Job;
import io.muster.api.TaskContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A picture of the Mandelbrot set: split into rows, computed row by row, put together as a PNG. A
 * row through the middle takes a thousand times as long as one at the edge; nobody has to balance
 * that by hand.
 *
 * <p>Arguments: {@code width} (1600) and {@code height} (1200) in pixels, {@code iterations}
 * (2000). The result is the PNG's bytes.
 */
public final class Mandelbrot implements Job<Integer, int[], byte[]> {
  private static final double LEFT = -2.2;
  private static final double WIDTH = 3.2;

  @Override
  public Stream<Integer> split(TaskContext context) {
    return IntStream.range(0, number(context, "height", 1200)).boxed();
  }

  /** How many iterations each pixel of a row took to escape; the limit where it did not. */
  @Override
  public int[] run(Integer row, TaskContext context) {
    int width = number(context, "width", 1600);
    int height = number(context, "height", 1200);
    int iterations = number(context, "iterations", 2000);
    double step = WIDTH / width;
    double y = (row - height / 2.0) * step;
    int[] escaped = new int[width];
    for (int column = 0; column < width; column++) {
      escaped[column] = escape(LEFT + column * step, y, iterations);
    }
    return escaped;
  }

  @Override
  public byte[] reduce(Stream<int[]> rows, TaskContext context) throws IOException {
    int width = number(context, "width", 1600);
    int height = number(context, "height", 1200);
    int iterations = number(context, "iterations", 2000);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Iterator<int[]> each = rows.iterator();
    for (int y = 0; each.hasNext(); y++) {
      int[] row = each.next();
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour(row[x], iterations));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  private static int escape(double cx, double cy, int iterations) {
    double x = 0;
    double y = 0;
    for (int i = 0; i < iterations; i++) {
      double xx = x * x;
      double yy = y * y;
      if (xx + yy > 4) {
        return i;
      }
      y = 2 * x * y + cy;
      x = xx - yy + cx;
    }
    return iterations;
  }

  /** Black inside; outside from deep blue over orange to white, the slower the escape. */
  private static int colour(int escaped, int iterations) {
    if (escaped >= iterations) {
      return 0;
    }
    double t = Math.log1p(escaped) / Math.log1p(iterations);
    int red = (int) (255 * Math.min(1, 2.2 * t));
    int green = (int) (255 * Math.min(1, 1.6 * t * t + 0.1 * t));
    int blue = (int) (255 * Math.min(1, 0.35 + 0.65 * Math.abs(Math.cos(4 * t))));
    return red << 16 | green << 8 | blue;
  }

  private static int number(TaskContext context, String name, int fallback) {
    String given = context.args().get(name);
    int number = given == null ? fallback : Integer.parseInt(given);
    if (number < 1) {
      throw new IllegalArgumentException(name + " is at least 1, not " + number);
    }
    return number;
  }
}
