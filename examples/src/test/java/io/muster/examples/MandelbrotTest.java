package io.muster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class MandelbrotTest {
  private final Mandelbrot mandelbrot = new Mandelbrot();
  private final Arguments small =
      new Arguments(Map.of("width", "64", "height", "48", "iterations", "100"));

  @Test
  void theRowsBecomeAPng() throws Exception {
    byte[] png =
        mandelbrot.reduce(mandelbrot.split(small).map(row -> mandelbrot.run(row, small)), small);
    var image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(64);
    assertThat(image.getHeight()).isEqualTo(48);
    assertThat(image.getRGB(44, 24) & 0xFFFFFF).as("the origin is in the set").isZero();
    assertThat(image.getRGB(0, 0) & 0xFFFFFF).as("the corner is not").isNotZero();
  }
}
