package io.muster.node.options;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that were not given are taken from the environment: {@code --api-port} from {@code
 * MUSTER_API_PORT}. A value like {@code tcp://…} is ignored: Kubernetes sets such ones for a
 * Service named {@code muster}.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {
  private final Map<String, String> environment;

  /** From this process's environment; picocli makes it. */
  public EnvironmentDefaults() {
    this(System.getenv());
  }

  public EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? value(option.longestName()) : null;
  }

  /** The value for an option such as {@code --api-port}, or null. */
  public @Nullable String value(String option) {
    if (!option.startsWith("--")) {
      return null;
    }
    String value = environment.get(variable(option));
    return value == null || value.isEmpty() || value.startsWith("tcp://") ? null : value;
  }

  /** The variable's name for an option: {@code MUSTER_API_PORT} for {@code --api-port}. */
  public static String variable(String option) {
    return "MUSTER_" + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
