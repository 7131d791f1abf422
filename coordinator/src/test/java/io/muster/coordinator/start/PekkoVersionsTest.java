package io.muster.coordinator.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.apache.pekko.Version;
import org.junit.jupiter.api.Test;

/**
 * Parts of Pekko of different versions do not work together. Pekko looks for that at its start, but
 * in a node's jar the manifests that would tell are gone: here they are still to be seen.
 */
class PekkoVersionsTest {
  /** Released on their own, with versions of their own. */
  private static final List<String> OWN_RELEASES = List.of("pekko-persistence-jdbc");

  @Test
  void allPartsOfPekkoOnTheClassPathHaveOneVersion() throws IOException {
    Map<String, String> versions = versions();
    OWN_RELEASES.forEach(part -> assertThat(versions.remove(part)).as(part).isNotNull());
    assertThat(versions)
        .containsKeys("pekko-actor", "pekko-cluster-typed", "pekko-persistence")
        .hasSizeGreaterThan(10);
    assertThat(versions.values()).as(versions.toString()).containsOnly(Version.current());
  }

  /** Of each part, which is there once. */
  private static Map<String, String> versions() throws IOException {
    Map<String, String> versions = new TreeMap<>();
    for (URL url :
        Collections.list(
            PekkoVersionsTest.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
      try (InputStream in = url.openStream()) {
        Attributes said = new Manifest(in).getMainAttributes();
        if ("org.apache.pekko".equals(said.getValue("Implementation-Vendor-Id"))) {
          String part = said.getValue("Implementation-Title");
          String version = said.getValue("Implementation-Version");
          assertThat(versions.put(part, version)).as(part + " is there twice").isNull();
        }
      }
    }
    return versions;
  }
}
