package io.muster.client;

import io.muster.client.model.ClusterException;
import io.muster.client.wire.CoordinatorApi;
import io.muster.harness.ProgramClass;
import io.muster.protocol.Inputs;
import io.muster.protocol.JobId;
import io.muster.protocol.JobSpec;
import io.muster.protocol.Policy;
import io.muster.protocol.Program;
import io.muster.protocol.Values;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/**
 * A job on its way to a cluster: what it needs goes first, then the job itself under one request
 * id, so that it is one job however often it is sent.
 *
 * @param name what people see in lists
 * @param values of listed inputs
 */
public record Submission(
    String name, Needs needs, Inputs inputs, Policy policy, InputValues values) {
  private static final int LONGEST_NAME = 60;

  /** What a job needs at its cluster before it can be named. */
  public interface Needs {
    /** Brings it there, and says what is to be run then. Done again when a try has failed. */
    Program bring(CoordinatorApi api) throws IOException;

    /** Files of this machine. */
    static Needs files(Program program, List<LocalFile> files) {
      return api -> {
        if (!files.isEmpty()) {
          LocalFile.upload(api, files);
        }
        return program;
      };
    }
  }

  /** What a job is called that was given no name: its class, or its command line. */
  public static String nameOf(ProgramClass type) {
    return type.name().substring(type.name().lastIndexOf('.') + 1);
  }

  /** As above. */
  public static String nameOf(List<String> argv) {
    return shortened(String.join(" ", argv));
  }

  /** A pipeline's, which is called after its stages. */
  public static String nameOfStages(List<String> stages) {
    return shortened(String.join(" → ", stages));
  }

  private static String shortened(String whole) {
    return whole.length() <= LONGEST_NAME ? whole : whole.substring(0, LONGEST_NAME - 1) + "…";
  }

  /**
   * Submits it; returns when it is in the journal. When the coordinator goes away meanwhile it is
   * sent again, if its values can be had again.
   *
   * @param patience for how long a coordinator may be away that was there; zero: not at all
   * @throws ClusterException.NotReached when none was there, or it was away for longer; the message
   *     says whether the job may be there
   */
  public JobId send(CoordinatorApi api, Duration patience) throws IOException {
    Iterator<Values> first = packed(api);
    boolean unused = first.hasNext(); // what can't be read at all is refused before anything goes
    Program program = needs.bring(api);
    JobSpec spec =
        new JobSpec(
            UUID.randomUUID().toString(),
            name,
            System.getProperty("user.name", ""),
            program,
            inputs,
            policy);
    try {
      return api.submit(spec, first);
    } catch (ClusterException.NotReached e) {
      if (!values.isRepeatable()) {
        throw e;
      }
      return sendAgain(api, spec, new Patience(patience), e);
    }
  }

  private JobId sendAgain(
      CoordinatorApi api, JobSpec spec, Patience patience, ClusterException.NotReached first)
      throws IOException {
    ClusterException.NotReached away = first;
    while (true) {
      try {
        patience.pause(away);
      } catch (ClusterException.NotReached e) {
        throw first; // it says that the job may be there
      }
      try {
        Program unused = needs.bring(api);
        return api.submit(spec, packed(api));
      } catch (ClusterException.NotReached e) {
        away = e;
      }
    }
  }

  private Iterator<Values> packed(CoordinatorApi api) {
    return new PackedInputs(api, values.encoding(), values.open());
  }
}
