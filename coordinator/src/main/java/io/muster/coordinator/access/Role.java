package io.muster.coordinator.access;

import java.util.Locale;

/** What a token is for. */
public enum Role {
  /** Looks at jobs and what came of them. */
  READ,
  /** Also submits and cancels. */
  SUBMIT,
  /** Also stops the coordinator, drains workers and makes tokens. */
  ADMIN,
  /** Joins as a worker, and nothing else. */
  WORKER;

  /** As people write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Throws {@link IllegalArgumentException} with a line that lists what there is. */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "no such role: '" + text + "'; there are read, submit, admin and worker");
  }
}
