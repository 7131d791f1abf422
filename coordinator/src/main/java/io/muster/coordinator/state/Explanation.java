package io.muster.coordinator.state;

import java.util.List;

/** Why a job or a task is (not) running: one clear sentence a line. */
public record Explanation(List<String> lines) {}
