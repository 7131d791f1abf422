package io.muster.coordinator.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Says which Muster this is, by the manifest of its jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "muster " + Objects.requireNonNullElse(version, "(not packaged)"), "Java " + Runtime.version()
    };
  }
}
