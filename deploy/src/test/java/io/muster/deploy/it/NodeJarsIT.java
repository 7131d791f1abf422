package io.muster.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the nodes' jars hold. That the coordinator's class path has one version of Pekko is a test
 * of its own there; packed, its parts no longer say which version they are.
 */
@Tag("smoke")
class NodeJarsIT {
  private static final List<String> JARS = List.of("muster.coordinator.jar", "muster.worker.jar");

  private static JarFile open(String property) throws IOException {
    return new JarFile(MusterCluster.jar(property).toFile());
  }

  @Test
  void eachSaysOneVersionOfPekkoAndBothTheSame() throws IOException {
    String[] versions = new String[JARS.size()];
    for (int i = 0; i < versions.length; i++) {
      try (JarFile jar = open(JARS.get(i));
          InputStream said = jar.getInputStream(jar.getEntry("version.conf"))) {
        List<String> lines =
            new String(said.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("pekko.version"))
                .toList();
        assertThat(lines).as(JARS.get(i)).hasSize(1);
        versions[i] = lines.get(0);
      }
    }
    assertThat(versions).containsOnly(versions[0]);
  }

  @Test
  void bothHoldTheSamePekkoToTheByte() throws IOException {
    Map<String, Long> coordinator = pekko("muster.coordinator.jar");
    Map<String, Long> worker = pekko("muster.worker.jar");
    assertThat(worker).hasSizeGreaterThan(1000);
    assertThat(coordinator).containsAllEntriesOf(worker);
  }

  /** The checksums of its classes. */
  private static Map<String, Long> pekko(String property) throws IOException {
    Map<String, Long> checksums = new HashMap<>();
    try (JarFile jar = open(property)) {
      for (ZipEntry entry : jar.stream().filter(NodeJarsIT::isOfPekko).toList()) {
        assertThat(checksums.put(entry.getName(), entry.getCrc())).as(entry.getName()).isNull();
      }
    }
    return checksums;
  }

  private static boolean isOfPekko(ZipEntry entry) {
    return entry.getName().startsWith("org/apache/pekko/") && entry.getName().endsWith(".class");
  }
}
