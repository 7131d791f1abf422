package io.muster.worker.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HarnessJarTest {
  @TempDir private Path folder;

  private boolean isTheSame(byte[] jar, byte[] copy) throws IOException {
    Path file = Files.write(folder.resolve("copy.jar"), copy);
    return HarnessJar.isSame(new ByteArrayInputStream(jar), file);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64 * 1024, 64 * 1024 + 1, 200_000})
  void onlyACopyToTheLastByteIsUsed(int size) throws IOException {
    byte[] jar = new byte[size];
    new Random(size).nextBytes(jar);
    byte[] other = jar.clone();
    other[size - 1] ^= 1;
    assertThat(isTheSame(jar, jar)).isTrue();
    assertThat(isTheSame(jar, other)).isFalse();
    assertThat(isTheSame(jar, Arrays.copyOf(jar, size - 1))).isFalse();
    assertThat(isTheSame(jar, Arrays.copyOf(jar, size + 1))).isFalse();
  }

  @Test
  void aCopyThatIsNotThereIsDoneWithout() throws IOException {
    assertThat(HarnessJar.classPath(folder, folder.resolve("none.jar").toString()))
        .isEqualTo(HarnessJar.classPath(folder));
  }
}
