package io.muster.client.session;

import io.muster.protocol.JobSpec;
import java.io.IOException;

/** Makes the job as the coordinator is to know it, for each coordinator anew. */
@FunctionalInterface
public interface JobSource {
  /**
   * Brings to the cluster the code that the job names, and names it.
   *
   * @throws IOException when the code can't be read
   */
  JobSpec spec(String requestId, String session) throws IOException;
}
