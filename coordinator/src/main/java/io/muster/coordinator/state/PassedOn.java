package io.muster.coordinator.state;

import io.muster.protocol.JobId;
import java.util.List;

/**
 * Where what a stage gave is kept: as the inputs of another job.
 *
 * @param holder the next stage, or the pipeline
 * @param through the jobs whose inputs lead back to the tasks that lines are numbered by, {@code
 *     holder} first; none: each is a line of its own
 * @param count how many there are
 */
public record PassedOn(JobId holder, List<JobId> through, long count) {}
