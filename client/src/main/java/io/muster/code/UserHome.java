package io.muster.code;

import java.nio.file.Path;

/** The user's folder, in which all of Muster's programs look for {@code .muster}. */
public final class UserHome {
  private UserHome() {}

  /** {@code HOME} as shells have it, else what Java takes from the user's entry in the system. */
  public static Path folder() {
    String home = System.getenv("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
  }
}
