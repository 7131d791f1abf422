package io.muster.client;

import io.muster.harness.ProgramClass;
import io.muster.protocol.Inputs;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a job whose program is a class, as its kind wants them: the one rule for who
 * submits from a command line and who submits from a program.
 *
 * @param chunk tasks a chunk; 0: by measured duration
 */
public record ClassInputs(Inputs inputs, long chunk) {
  /** Why inputs don't suit a class; each way to submit has its own words for what to do. */
  public enum Misfit {
    /** It makes its inputs itself, and others were given. */
    SPLITS_ITSELF,
    /** It takes intervals, and was given no range. */
    TAKES_A_RANGE,
    /** It takes intervals of a fixed length, and was not told which. */
    TAKES_A_CHUNK,
    /** It combines intervals to one result, and is a stage, which gives one for each input. */
    GIVES_ONE_RESULT,
    /** It takes intervals, and is a stage whose inputs come one by one. */
    NOT_ONE_BY_ONE
  }

  /** Inputs that don't suit their class. */
  public static final class MisfitException extends Exception {
    private static final long serialVersionUID = 1;

    private final Misfit misfit;

    MisfitException(ProgramClass type, Misfit misfit) {
      super("class " + type.name() + ": " + misfit);
      this.misfit = misfit;
    }

    /** What is wrong with them. */
    public Misfit misfit() {
      return misfit;
    }
  }

  /**
   * The inputs that a class gets for those that were given.
   *
   * @param given a range by ones, listed inputs, or null: none were given
   * @param chunk as a user says it; 0: by measured duration
   */
  public static ClassInputs of(ProgramClass type, @Nullable Inputs given, long chunk)
      throws MisfitException {
    return switch (type.shape()) {
      case TASK, IO -> new ClassInputs(given == null ? new Inputs.None() : given, chunk);
      case JOB -> {
        if (given != null) {
          throw new MisfitException(type, Misfit.SPLITS_ITSELF);
        }
        yield new ClassInputs(new Inputs.Split(), chunk);
      }
      case COMBINING_RANGE -> new ClassInputs(range(type, given), chunk);
      case PIECES -> {
        Inputs.Range range = range(type, given);
        if (chunk == 0) {
          throw new MisfitException(type, Misfit.TAKES_A_CHUNK);
        }
        // A chunk's length is a piece's here; how many pieces go at once is measured.
        yield new ClassInputs(new Inputs.Range(range.from(), range.until(), chunk), 0);
      }
    };
  }

  /**
   * The same for a stage of a pipeline.
   *
   * @param given of the first stage, as above
   * @param first whether it is the first, and the inputs are the pipeline's
   */
  public static ClassInputs ofStage(
      ProgramClass type, boolean first, @Nullable Inputs given, long chunk) throws MisfitException {
    return switch (type.shape()) {
      case TASK, IO -> of(type, given, chunk);
      case JOB -> given == null ? of(type, null, chunk) : new ClassInputs(given, chunk);
      case COMBINING_RANGE -> throw new MisfitException(type, Misfit.GIVES_ONE_RESULT);
      case PIECES -> {
        if (!first) {
          throw new MisfitException(type, Misfit.NOT_ONE_BY_ONE);
        }
        yield of(type, given, chunk);
      }
    };
  }

  private static Inputs.Range range(ProgramClass type, @Nullable Inputs given)
      throws MisfitException {
    if (given instanceof Inputs.Range range) {
      return range;
    }
    throw new MisfitException(type, Misfit.TAKES_A_RANGE);
  }
}
